package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.write.Arrivals;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * The partitions of one effect's memory: made before a batch needs them, dropped when their newest
 * arrival is older than the horizon.
 */
final class EffectMemory {
  /** One look may take a while, and must end before Connect takes the task for dead. */
  private static final int LOOK_TRANSACTIONS_MAX = 8;

  private final long effect;
  private final Horizon horizon;
  private final Growing growing;
  private final Forgetting forgetting;
  private MemoryState state;
  private long nextForgetMs = Long.MIN_VALUE;

  private EffectMemory(long effect, String name, Horizon horizon, MemoryState state) {
    this.effect = effect;
    this.horizon = horizon;
    this.growing = new Growing(effect, name, horizon);
    this.forgetting = new Forgetting(effect, name, horizon);
    this.state = state;
  }

  /** Reads what the database has of it. Commits. */
  static EffectMemory open(Connection connection, long effect, String name, Horizon horizon)
      throws SQLException {
    EffectMemory memory =
        new EffectMemory(effect, name, horizon, MemoryReader.read(connection, effect));
    connection.commit();
    return memory;
  }

  /** What is known of the database's state, at that version. */
  MemoryState state() {
    return state;
  }

  /** Reads the state once more; another task changed it. */
  void reload(Connection connection) throws SQLException {
    state = MemoryReader.read(connection, effect);
    connection.commit();
  }

  /** Makes what a batch's events need. Commits, or does nothing. */
  void makeRoom(Connection connection, Arrivals arrivals) throws SQLException {
    while (!state.covers(arrivals)) {
      state = growing.run(connection, arrivals);
    }
  }

  /** Makes all that will ever be needed, for roles that may not make tables. Commits. */
  void makeAll(Connection connection) throws SQLException {
    if (state.ranges().isEmpty() || state.generations().isEmpty()) {
      state = growing.makeAll(connection);
    }
  }

  /** Whether it is worth looking for what can be forgotten. */
  boolean isForgettingDue(long nowMs) {
    return !horizon.isForever() && nowMs >= nextForgetMs;
  }

  /**
   * Drops what the clock has passed by the horizon, and lifts the floor with it. Commits. What one
   * look can't do is left for the next batch; what there was trouble with for the next look.
   *
   * @param nowMs when it is by this batch, to tell when to look again
   */
  void forget(Connection connection, OptionalLong clockMs, long nowMs) throws SQLException {
    nextForgetMs = nowMs + horizon.slackMs();
    reload(connection);
    if (clockMs.isEmpty()) {
      return;
    }
    for (int i = 0; state.overdueMs(horizon, clockMs.getAsLong()) > 0; i++) {
      if (i == LOOK_TRANSACTIONS_MAX) {
        nextForgetMs = nowMs;
        return;
      }
      boolean isDone = forgetting.run(connection, clockMs.getAsLong(), state);
      reload(connection);
      if (!isDone) {
        return;
      }
    }
  }
}
