package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.write.Arrivals;
import dev.onceflow.sink.write.BatchStart;
import dev.onceflow.sink.write.EventMemory;
import dev.onceflow.sink.write.MemoryChangedException;
import dev.onceflow.sink.write.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * The memory in {@code onceflow.processed_events}: at least for the horizon after its arrival an
 * event is known. What that means for events that come later is said by {@link Verdicts}.
 */
public final class ProcessedEvents implements EventMemory {
  /**
   * What is known of a table's events belongs to the table, whoever wrote it: a replay that had a
   * memory of its own would count every event once more.
   */
  private static final String SHARED = "";

  private final String sink;
  private final Horizon horizon;
  private final long skewMaxMs;
  private final PartitionClocks clocks;
  private final Map<Long, EffectMemory> effects = new HashMap<>();

  /**
   * The memory of one sink.
   *
   * @param run a replay's name, or empty for live work
   * @param skewMaxMs how much later than its record the time inside of an ID may be
   */
  public ProcessedEvents(String sink, String run, Horizon horizon, long skewMaxMs) {
    this.sink = sink;
    this.horizon = horizon;
    this.skewMaxMs = skewMaxMs;
    this.clocks = new PartitionClocks(sink, run, horizon);
  }

  @Override
  public long skewMaxMs() {
    return skewMaxMs;
  }

  @Override
  public long effectId(Connection connection, String effect) throws SQLException {
    long id = MemoryTables.effect(connection, sink, SHARED, effect);
    // Always read anew: after a reconnect the database may be an older one.
    EffectMemory memory = EffectMemory.open(connection, id, effect, horizon);
    if (horizon.isForever()) {
      memory.makeAll(connection);
    }
    effects.put(id, memory);
    return id;
  }

  @Override
  public void prepare(
      Connection connection,
      long effectId,
      Arrivals arrivals,
      Map<TopicPartition, BatchStart> starts)
      throws SQLException {
    if (!arrivals.hasTimed() && !arrivals.hasOpaque()) {
      return;
    }
    EffectMemory memory = effects.get(effectId);
    long nowMs = starts.values().stream().mapToLong(BatchStart::arrivalMs).max().orElse(0);
    if (memory.isForgettingDue(nowMs)) {
      OptionalLong lowest = clocks.lowestMs(connection, starts);
      memory.forget(connection, lowest, nowMs);
    }
    memory.makeRoom(connection, arrivals);
  }

  @Override
  public Judged judge(Connection connection, Stage stage, long effectId, Arrivals arrivals)
      throws SQLException {
    EffectMemory memory = effects.get(effectId);
    try {
      return new Verdicts(connection, effectId, memory.state(), stage, arrivals).judge();
    } catch (MemoryChangedException e) {
      connection.rollback();
      memory.reload(connection);
      throw e;
    }
  }
}
