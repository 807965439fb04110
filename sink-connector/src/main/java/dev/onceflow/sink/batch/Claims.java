package dev.onceflow.sink.batch;

import dev.onceflow.sink.batch.LogChangedException.Refusal;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.FirstOffset;
import dev.onceflow.sink.fence.InitialOffset;
import dev.onceflow.sink.fence.LogCheck;
import dev.onceflow.sink.fence.LogState;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.fence.Run;
import dev.onceflow.sink.fence.TopicLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Claims partitions in one database transaction: raises their epochs, or makes their rows. Where
 * the log isn't the one that was applied, nothing is claimed.
 */
final class Claims {
  private final String sink;
  private final Fence fence;
  private final InitialOffset initial;
  private final Run run;
  private final Optional<TopicLog> topicLog;

  Claims(String sink, Fence fence, InitialOffset initial, Run run, Optional<TopicLog> topicLog) {
    this.sink = sink;
    this.fence = fence;
    this.initial = initial;
    this.run = run;
    this.topicLog = topicLog;
  }

  /** What Kafka says of the partitions; nothing where it isn't asked. */
  Map<TopicPartition, LogState> logs(List<OpenPartition> partitions) {
    return fence.isKept() && topicLog.isPresent()
        ? topicLog.get().describe(partitions.stream().map(OpenPartition::partition).toList())
        : Map.of();
  }

  /**
   * Claims partitions.
   *
   * @param partitions in lock order
   * @param logs what Kafka said of them
   * @return what the database says of each; nothing where no fence is kept
   * @throws LogChangedException where only a person can say how to go on
   * @throws RunEndedException where the replay was ended or cancelled
   */
  Map<OpenPartition, FenceRow> claim(
      Connection connection, List<OpenPartition> partitions, Map<TopicPartition, LogState> logs)
      throws SQLException {
    Map<OpenPartition, FenceRow> rows = new LinkedHashMap<>();
    List<Refusal> refusals = new ArrayList<>();
    for (OpenPartition partition : fence.isKept() ? partitions : List.<OpenPartition>of()) {
      Optional<LogState> log = Optional.ofNullable(logs.get(partition.partition()));
      Optional<FenceRow> row =
          fence.claim(connection, partition.partition(), log.map(LogState::topicId));
      if (row.isEmpty() && !run.isLive()) {
        connection.rollback();
        throw new RunEndedException(run.name(), partition.partition());
      }
      if (row.isEmpty()) {
        row = create(connection, partition, log, refusals);
      }
      if (row.isPresent()) {
        rows.put(partition, row.get());
        FenceRow claimed = row.get();
        log.flatMap(state -> LogCheck.refusal(claimed, state))
            .ifPresent(reason -> refusals.add(new Refusal(partition.partition(), reason)));
      }
    }
    if (!refusals.isEmpty()) {
      connection.rollback();
      throw new LogChangedException(run.selection(sink), refusals);
    }
    connection.commit();
    return rows;
  }

  /** What the database says of each partition now; claims nothing. */
  Map<OpenPartition, Optional<FenceRow>> read(Connection connection, List<OpenPartition> partitions)
      throws SQLException {
    Map<OpenPartition, Optional<FenceRow>> rows = new LinkedHashMap<>();
    for (OpenPartition partition : partitions) {
      rows.put(partition, fence.read(connection, partition.partition()));
    }
    connection.commit();
    return rows;
  }

  private Optional<FenceRow> create(
      Connection connection,
      OpenPartition partition,
      Optional<LogState> log,
      List<Refusal> refusals)
      throws SQLException {
    FirstOffset first = FirstOffset.of(initial, partition.partition(), log, partition.wasClaimed());
    if (first instanceof FirstOffset.At at) {
      return Optional.of(
          fence.create(connection, partition.partition(), at.offset(), log.map(LogState::topicId)));
    }
    refusals.add(new Refusal(partition.partition(), ((FirstOffset.Unknown) first).reason()));
    return Optional.empty();
  }
}
