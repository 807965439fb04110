package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.DeadLetter;
import dev.onceflow.sink.deadletter.DeadLetterTable;
import dev.onceflow.sink.deadletter.Rejection;
import dev.onceflow.sink.deadletter.Rejections;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.TopicLog;
import dev.onceflow.sink.schema.StaleDescription;
import dev.onceflow.sink.write.Applied;
import dev.onceflow.sink.write.MemoryChangedException;
import dev.onceflow.sink.write.QuarantinedRecordsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * A batch as one database transaction: stage, fence, effects, commit. A crash before the commit
 * leaves nothing, one after it fence and effects; where the commit's answer is lost, the fence says
 * which of the two.
 */
final class BatchTransaction {
  /** What is forgotten is forgotten seldom: twice in a row for one batch is odd already. */
  private static final int PREPARED_MAX = 3;

  private final String fences;
  private final Fence fence;
  private final Optional<TopicLog> topicLog;
  private final Optional<DeadLetterTable> deadLetters;
  private final Optional<TombstoneRetention> tombstones;

  /**
   * @param fences which ones they are, as options of commands
   */
  BatchTransaction(
      String fences,
      Fence fence,
      Optional<TopicLog> topicLog,
      Optional<DeadLetterTable> deadLetters,
      Optional<TombstoneRetention> tombstones) {
    this.fences = fences;
    this.fence = fence;
    this.topicLog = topicLog;
    this.deadLetters = deadLetters;
    this.tombstones = tombstones;
  }

  /** Runs on the database's thread; an exception leaves the transaction to be rolled back. */
  Outcome run(Session session, FilledBatch batch) throws SQLException {
    if (tombstones.isPresent()) {
      tombstones.get().forgetSome(session.connection());
    }
    // Tables may have changed after it was begun, too: with the batch before it, or for a record
    // of the batch after it.
    if (session.noticesChange() || !session.writer().isWriterOf(batch.rows())) {
      return new Outcome.TableChanged();
    }
    try {
      return writeRemembered(session, batch);
    } catch (SQLException e) {
      if (StaleDescription.isSuspected(e) && session.wasChanged()) {
        return new Outcome.TableChanged();
      }
      throw e;
    }
  }

  private Outcome writeRemembered(Session session, FilledBatch batch) throws SQLException {
    for (int i = 0; i < PREPARED_MAX; i++) {
      session.writer().prepare(batch.rows(), batch.starts());
      try {
        return write(session, batch);
      } catch (MemoryChangedException e) {
        session.connection().rollback();
      }
    }
    throw new SQLException("other tasks change the memory of event IDs all the time", "40001");
  }

  private Outcome write(Session session, FilledBatch batch) throws SQLException {
    long fromNs = System.nanoTime();
    Connection connection = session.connection();
    Optional<Future<Map<TopicPartition, Long>>> starts =
        topicLog
            .filter(log -> fence.isKept() && !batch.gaps().isEmpty())
            .map(log -> log.startOffsets(batch.gaps().keySet()));
    // Committed first, a crash would lose the record that the dead letter queue doesn't have yet.
    // Waited for with rows copied, the fence moved or tables locked, a slow queue would stop
    // others.
    Rejections.awaitStored(batch.rejections());
    // Before the fence, so that the time under its lock is short.
    if (!session.stage(batch.rows())) {
      return new Outcome.TableChanged();
    }
    if (starts.isPresent()) {
      LogChangedException.refuseExpired(
          fences, batch.gaps(), topicLog.orElseThrow().await(starts.get()));
    }
    List<Advance> missed = fence.advance(connection, batch.advances());
    if (!missed.isEmpty()) {
      connection.rollback();
      return new Outcome.Missed(read(connection, missed));
    }
    List<Applied> applied;
    try {
      applied = session.writer().applyEffects(batch.rows());
    } catch (QuarantinedRecordsException e) {
      connection.rollback();
      return new Outcome.Undecided(e.records());
    }
    if (deadLetters.isPresent()) {
      deadLetters.get().write(connection, letters(batch));
    }
    connection.commit();
    return new Outcome.Committed(
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fromNs), applied);
  }

  private static List<DeadLetter> letters(FilledBatch batch) {
    return batch.rejections().stream().map(Rejection::letter).toList();
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
