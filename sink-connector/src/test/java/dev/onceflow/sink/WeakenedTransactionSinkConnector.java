package dev.onceflow.sink;

import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.batch.Guarantee;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.write.Effects;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.connect.connector.Task;
import org.postgresql.Driver;

/**
 * The control with a seeded bug: effects outside of the fence's database transaction. What the
 * fence says is done may never have been committed. Never ships.
 */
public final class WeakenedTransactionSinkConnector extends OnceflowSinkConnector {
  /** For Connect. */
  public WeakenedTransactionSinkConnector() {}

  @Override
  public Class<? extends Task> taskClass() {
    return FencesApart.class;
  }

  /** Its task. */
  public static final class FencesApart extends OnceflowSinkTask {
    /** For Connect. */
    public FencesApart() {
      super(new Apart(), InstantSource.system());
    }
  }

  /** The guarantee of production, but for the fence's transaction. */
  private static final class Apart implements Guarantee {
    @Override
    public Fence fence(String sink, String run, String owner) {
      return new CommittedFirst(sink, run, owner);
    }

    @Override
    public Effects effects(String sink, String run, MemoryLimits limits) {
      return new ExactlyOnce().effects(sink, run, limits);
    }
  }

  /** Moved over a second connection, at once. */
  private static final class CommittedFirst extends WeakenedFence {
    CommittedFirst(String sink, String run, String owner) {
      super(sink, run, owner);
    }

    @Override
    public List<Advance> advance(Connection connection, List<Advance> advances)
        throws SQLException {
      DatabaseMetaData database = connection.getMetaData();
      Properties user = new Properties();
      user.setProperty("user", database.getUserName());
      try (Connection apart = new Driver().connect(database.getURL(), user)) {
        return super.advance(apart, advances);
      }
    }
  }
}
