package dev.onceflow.sink;

import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.batch.Guarantee;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.write.Effects;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * The fence of production, and effects without any dedupe of their own, so that the fence alone
 * must hold. A batch can be held before its fence is moved, while the task goes on.
 */
class HeldFence implements Guarantee {
  /** Whoever waits for a held batch would wait for ever: then it goes on by itself. */
  private static final long HELD_MAX_MS = 100;

  private volatile CountDownLatch held = new CountDownLatch(0);

  /** Holds the next batch that comes to its fence. */
  void hold() {
    held = new CountDownLatch(1);
  }

  void letGo() {
    held.countDown();
  }

  /** What the task hears of the fences that it has missed; the seam for a seeded bug. */
  List<Advance> heard(List<Advance> missed) {
    return missed;
  }

  @Override
  public Fence fence(String sink, String run, String owner) {
    return new Held(new ExactlyOnce().fence(sink, run, owner));
  }

  @Override
  public Effects effects(String sink, String run, MemoryLimits limits) {
    return new WeakenedGuarantee().effects(sink, run, limits);
  }

  private final class Held implements Fence {
    private final Fence fence;

    Held(Fence fence) {
      this.fence = fence;
    }

    @Override
    public boolean isKept() {
      return fence.isKept();
    }

    @Override
    public Optional<FenceRow> claim(
        Connection connection, TopicPartition partition, Optional<UUID> topicId)
        throws SQLException {
      return fence.claim(connection, partition, topicId);
    }

    @Override
    public FenceRow create(
        Connection connection, TopicPartition partition, long nextOffset, Optional<UUID> topicId)
        throws SQLException {
      return fence.create(connection, partition, nextOffset, topicId);
    }

    @Override
    public List<Advance> advance(Connection connection, List<Advance> advances)
        throws SQLException {
      try {
        if (!held.await(HELD_MAX_MS, TimeUnit.MILLISECONDS)) {
          letGo();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return heard(fence.advance(connection, advances));
    }

    @Override
    public boolean skip(Connection connection, Advance advance) throws SQLException {
      return fence.skip(connection, advance);
    }

    @Override
    public Optional<FenceRow> read(Connection connection, TopicPartition partition)
        throws SQLException {
      return fence.read(connection, partition);
    }

    @Override
    public boolean isMine(FenceRow row, long epoch) {
      return fence.isMine(row, epoch);
    }
  }
}
