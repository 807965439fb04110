package dev.onceflow.sink.write;

import dev.onceflow.sink.record.UnfitRecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Remembers which events took effect, for effects whose table doesn't say it itself. But for {@link
 * #skewMaxMs} used by the thread that writes.
 */
public interface EventMemory {
  /** How much later than its record the time inside of an ID may be, in milliseconds. */
  long skewMaxMs();

  /**
   * The number under which an effect's events are remembered, the same in all connections. May
   * commit: it is called before any batch, once for each connection.
   */
  long effectId(Connection connection, String effect) throws SQLException;

  /**
   * Forgets what is due, and makes room for a batch's events, in transactions of its own: before
   * the batch's.
   *
   * @param starts for each partition of the batch, where it goes on
   */
  void prepare(
      Connection connection,
      long effectId,
      Arrivals arrivals,
      Map<TopicPartition, BatchStart> starts)
      throws SQLException;

  /**
   * Reduces a stage to the events that weren't seen before, and remembers these, in the database
   * transaction of the effects. The stage holds no twins, and has the columns of {@link
   * Stage.Prefix#EVENT}.
   *
   * @throws MemoryChangedException where the batch must be rolled back and prepared again
   */
  Judged judge(Connection connection, Stage stage, long effectId, Arrivals arrivals)
      throws SQLException;

  /**
   * What became of a stage's rows.
   *
   * @param duplicates how many were known already
   * @param quarantined the records that are neither new nor known; where there are any, nothing of
   *     the batch may be committed
   */
  record Judged(long duplicates, List<Quarantined> quarantined) {
    /** Copies its list. */
    public Judged {
      quarantined = List.copyOf(quarantined);
    }
  }

  /**
   * A record that can't be decided.
   *
   * @param order its place in the batch: how many were appended before it
   */
  record Quarantined(int order, UnfitRecordException.Reason verdict, String table) {}
}
