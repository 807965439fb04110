package dev.onceflow.sink;

import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.PostgresFence;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/** A seeded bug: the fence of production in all but how batches move it. Never ships. */
abstract class WeakenedFence implements Fence {
  private final Fence fence;

  WeakenedFence(String sink, String run, String owner) {
    this.fence = new PostgresFence(sink, run, owner);
  }

  @Override
  public final boolean isKept() {
    return fence.isKept();
  }

  @Override
  public final Optional<FenceRow> claim(
      Connection connection, TopicPartition partition, Optional<UUID> topicId) throws SQLException {
    return fence.claim(connection, partition, topicId);
  }

  @Override
  public final FenceRow create(
      Connection connection, TopicPartition partition, long nextOffset, Optional<UUID> topicId)
      throws SQLException {
    return fence.create(connection, partition, nextOffset, topicId);
  }

  @Override
  public List<Advance> advance(Connection connection, List<Advance> advances) throws SQLException {
    return fence.advance(connection, advances);
  }

  @Override
  public final boolean skip(Connection connection, Advance advance) throws SQLException {
    return fence.skip(connection, advance);
  }

  @Override
  public final Optional<FenceRow> read(Connection connection, TopicPartition partition)
      throws SQLException {
    return fence.read(connection, partition);
  }

  @Override
  public final boolean isMine(FenceRow row, long epoch) {
    return fence.isMine(row, epoch);
  }
}
