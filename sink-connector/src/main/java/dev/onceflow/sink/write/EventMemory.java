package dev.onceflow.sink.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Remembers which events took effect, for effects whose table doesn't say it itself. */
public interface EventMemory {
  /**
   * The number under which an effect's events are remembered, the same in all connections. May
   * commit: it is called before any batch.
   */
  long effectId(Connection connection, String effect) throws SQLException;

  /**
   * Reduces a stage to the events that weren't seen before, and remembers these, in the database
   * transaction of the effects. The stage holds no twins, and has the columns of {@link
   * Stage.Prefix#EVENT}.
   */
  Judged judge(Connection connection, Stage stage, long effectId) throws SQLException;

  /**
   * What became of a stage's rows.
   *
   * @param quarantined the records that are neither new nor known; where there are any, nothing of
   *     the batch may be committed
   */
  record Judged(long fresh, long duplicates, List<Quarantined> quarantined) {
    /** Copies its list. */
    public Judged {
      quarantined = List.copyOf(quarantined);
    }
  }

  /**
   * A record that can't be decided.
   *
   * @param order its place in the batch: how many were appended before it
   * @param verdict the word that says why
   */
  record Quarantined(int order, String verdict, String table) {}
}
