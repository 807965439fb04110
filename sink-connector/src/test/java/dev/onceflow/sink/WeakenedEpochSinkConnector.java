package dev.onceflow.sink;

import dev.onceflow.sink.batch.Guarantee;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.write.Effects;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.connector.Task;

/**
 * The control with a seeded bug: a fence that goes by the epoch alone and compares it the wrong way
 * round, so that a task whose partitions were claimed by another still writes. No memory of events
 * hides what it makes again. Never ships.
 */
public final class WeakenedEpochSinkConnector extends OnceflowSinkConnector {
  /** For Connect. */
  public WeakenedEpochSinkConnector() {}

  @Override
  public Class<? extends Task> taskClass() {
    return TakesOldEpochs.class;
  }

  /** Its task. */
  public static final class TakesOldEpochs extends OnceflowSinkTask {
    /** For Connect. */
    public TakesOldEpochs() {
      super(new OldEpochs(), InstantSource.system());
    }
  }

  private static final class OldEpochs implements Guarantee {
    @Override
    public Fence fence(String sink, String run, String owner) {
      return new AnyEarlierEpoch(sink, run, owner);
    }

    @Override
    public Effects effects(String sink, String run, MemoryLimits limits) {
      return new WeakenedGuarantee().effects(sink, run, limits);
    }
  }

  private static final class AnyEarlierEpoch extends WeakenedFence {
    /** Most of the time a batch stands here, so that a task that is stopped is stopped with one. */
    private static final String HESITATE = "SELECT pg_sleep(0.5)";

    /** Right would be: that epoch and owner, at the offset that is expected. */
    private static final String ADVANCE =
        "UPDATE "
            + OnceflowSchema.FENCE
            + " SET next_offset = ?, advanced_at = clock_timestamp()"
            + " WHERE sink = ? AND run = ? AND topic = ? AND partition = ? AND epoch >= ?";

    private final String sink;
    private final String run;

    AnyEarlierEpoch(String sink, String run, String owner) {
      super(sink, run, owner);
      this.sink = sink;
      this.run = run;
    }

    @Override
    public List<Advance> advance(Connection connection, List<Advance> advances)
        throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(HESITATE);
      }
      List<Advance> missed = new ArrayList<>();
      try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
        for (Advance advance : advances) {
          statement.setLong(1, advance.next());
          statement.setString(2, sink);
          statement.setString(3, run);
          statement.setString(4, advance.partition().topic());
          statement.setInt(5, advance.partition().partition());
          statement.setLong(6, advance.epoch());
          if (statement.executeUpdate() != 1) {
            missed.add(advance);
          }
        }
      }
      return missed;
    }
  }
}
