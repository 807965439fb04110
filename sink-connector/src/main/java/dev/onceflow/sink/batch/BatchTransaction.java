package dev.onceflow.sink.batch;

import dev.onceflow.sink.failure.Rejections;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A batch as one database transaction: stage, fence, effects, commit. A crash before the commit
 * leaves nothing, one after it fence and effects; where the commit's answer is lost, the fence says
 * which of the two.
 */
final class BatchTransaction {
  private final Fence fence;

  BatchTransaction(Fence fence) {
    this.fence = fence;
  }

  /** Runs on the database's thread; an exception leaves the transaction to be rolled back. */
  Outcome run(Session session, FilledBatch batch) throws SQLException {
    long fromNs = System.nanoTime();
    Connection connection = session.connection();
    // Before the fence, so that the time under its lock is short.
    session.writer().stage(batch.rows());
    List<Advance> missed = fence.advance(connection, batch.advances());
    if (!missed.isEmpty()) {
      connection.rollback();
      return new Outcome.Missed(read(connection, missed));
    }
    session.writer().applyEffects(batch.rows());
    // Committed first, a crash would lose the record that the dead letter queue doesn't have yet.
    Rejections.awaitStored(batch.rejections());
    connection.commit();
    return new Outcome.Committed(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fromNs));
  }

  private Map<Advance, Optional<FenceRow>> read(Connection connection, List<Advance> missed)
      throws SQLException {
    Map<Advance, Optional<FenceRow>> rows = new LinkedHashMap<>();
    for (Advance advance : missed) {
      rows.put(advance, fence.read(connection, advance.partition()));
    }
    connection.commit();
    return rows;
  }
}
