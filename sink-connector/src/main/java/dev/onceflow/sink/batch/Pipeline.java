package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.RejectedRecordException;
import dev.onceflow.sink.deadletter.Rejection;
import dev.onceflow.sink.deadletter.Rejections;
import dev.onceflow.sink.failure.Failure;
import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.FenceRow;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.metrics.SinkMetrics;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import dev.onceflow.sink.write.Applied;
import dev.onceflow.sink.write.Batch;
import dev.onceflow.sink.write.BatchWriter;
import dev.onceflow.sink.write.EventMemory;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From taken records to committed batches: one batch is filled while the one before it is written.
 *
 * <pre>
 * take ──► filling ──► writing ──► committed
 *             │           │
 *             └── trouble ┴──► backlog ──► one batch after another, halved where one is refused
 * </pre>
 *
 * Whatever was taken is in exactly one of filling, writing and backlog until it is committed, so
 * that trouble loses nothing, and Connect need not hand it out again. A batch is written only when
 * the one before it is done: its fence moves begin where that one's ended. Used by Connect's
 * thread.
 */
final class Pipeline {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  private static final long SETTLE_TIMEOUT_MS = 1_000;

  /** While the database is idle, this many records are worth a transaction: measured. */
  private static final int EAGER_ROWS = 2_000;

  private final DeliveryOptions options;
  private final DatabaseThread database;
  private final BatchTransaction transaction;
  private final Rejections rejections;
  private final Consumer<Map<Advance, Optional<FenceRow>>> missed;
  private final InstantSource clock;
  private final SinkMetrics metrics;
  private final Deque<Batch> free = new ArrayDeque<>();
  private final Backlog backlog = new Backlog();

  private BatchWriter writer;
  private FilledBatch filling;
  private FilledBatch writing;
  private Future<Outcome> outcome;

  Pipeline(
      DeliveryOptions options,
      DatabaseThread database,
      BatchTransaction transaction,
      Rejections rejections,
      Consumer<Map<Advance, Optional<FenceRow>>> missed,
      InstantSource clock,
      SinkMetrics metrics) {
    this.options = options;
    this.database = database;
    this.transaction = transaction;
    this.rejections = rejections;
    this.missed = missed;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Whether nothing is left to be committed. */
  boolean isIdle() {
    return writing == null && filling == null && backlog.isEmpty();
  }

  /** Takes a record of an active partition, at or behind what was taken of it. */
  void take(SinkRecord record, OpenPartition partition) throws SQLException {
    if (filling != null && isFull(filling)) {
      write();
    }
    // What was written may have turned out otherwise, and the record comes again after a seek.
    while (partition.state() == OpenPartition.State.ACTIVE) {
      if (filling == null) {
        filling = emptyBatch();
      }
      long arrivalMs = partition.arrivalMs(record.timestamp());
      if (append(filling, new Taken(record, partition, arrivalMs), partition.takenTo())) {
        partition.taken(Coordinates.offset(record));
        return;
      }
      endBefore(filling);
    }
  }

  /** The next record can't be in one batch with those before it, or its table isn't known yet. */
  private void endBefore(FilledBatch batch) throws SQLException {
    if (batch.size() > 0) {
      write();
      return;
    }
    filling = null;
    free.clear();
    writer =
        database.await(
            database.submit(
                session -> {
                  session.prepareWanted();
                  return session.writer();
                }));
  }

  private boolean isFull(FilledBatch batch) {
    return batch.size() >= options.batchRowsMax()
        || batch.rows().bytes() >= options.batchBytesMax();
  }

  private FilledBatch emptyBatch() throws SQLException {
    if (writer == null) {
      writer = database.await(database.submit(Session::writer));
    }
    return new FilledBatch(free.isEmpty() ? writer.newBatch() : free.pop(), clock.millis());
  }

  /** Adds a record, or answers false where the batch must end before it. */
  private boolean append(FilledBatch batch, Taken taken, long expectedOffset) {
    SinkRecord record = taken.record();
    Optional<Rejection> rejected = rejections.of(record);
    if (rejected.isEmpty()) {
      try {
        if (!batch.rows().append(record, taken.arrivalMs())) {
          return false;
        }
        batch.nextHasRows();
      } catch (UnfitRecordException e) {
        rejected =
            Optional.of(
                reject(record, taken.partition(), RejectedRecordException.unfit(record, e)));
      }
    }
    rejected.ifPresent(batch::reject);
    batch.add(taken, expectedOffset);
    return true;
  }

  private Rejection reject(
      SinkRecord record, OpenPartition partition, RejectedRecordException reason) {
    metrics.rejected(reason.rejectionCause().word());
    return rejections.reject(record, partition.topicId(), reason);
  }

  /** Goes on as far as is possible without waiting, after trouble with waiting. */
  void proceed() throws SQLException {
    workOff();
    if (writing != null && outcome.isDone()) {
      harvest();
    }
    if (writing == null
        && filling != null
        && (filling.size() >= EAGER_ROWS
            || isFull(filling)
            || clock.millis() - filling.startedAtMs() >= options.batchLingerMs())) {
      write();
    }
  }

  /** Waits until everything that was taken is committed. */
  void finish() throws SQLException {
    workOff();
    harvest();
    write();
    harvest();
    if (isIdle()) {
      // What was rejected of partitions that went away in mid-batch is nobody's any more.
      rejections.clear();
    }
  }

  /** Begins to write what was filled, after what is being written. */
  private void write() throws SQLException {
    harvest();
    if (filling != null) {
      FilledBatch batch = filling;
      filling = null;
      begin(batch);
    }
  }

  private void begin(FilledBatch batch) {
    batch.seal();
    writing = batch;
    outcome = database.submit(session -> transaction.run(session, batch));
  }

  /** Waits for what is being written, and deals with what came of it. */
  private void harvest() throws SQLException {
    if (writing == null) {
      return;
    }
    Outcome came;
    try {
      came = database.await(outcome);
    } catch (SQLException | RuntimeException e) {
      keepForLater();
      if (e instanceof SQLException failure && Failure.of(failure) == Failure.ISOLATE) {
        workOff();
        return;
      }
      throw e;
    }
    if (came instanceof Outcome.Committed committed) {
      committed(committed);
    } else {
      FilledBatch batch = writing;
      keepForLater();
      notCommitted(batch, came);
      workOff();
    }
  }

  private void notCommitted(FilledBatch batch, Outcome outcome) {
    if (outcome instanceof Outcome.Missed fences) {
      missed.accept(fences.fences());
    } else if (outcome instanceof Outcome.Undecided undecided) {
      undecided.records().forEach(record -> quarantine(batch, record));
    }
  }

  private void quarantine(FilledBatch batch, EventMemory.Quarantined undecided) {
    int index = batch.indexOf(undecided.order());
    SinkRecord record = batch.record(index);
    // One record may be undecided for several tables.
    if (rejections.of(record).isEmpty()) {
      UnfitRecordException unfit =
          new UnfitRecordException(
              undecided.verdict(),
              "table %s: %s"
                  .formatted(
                      undecided.table(), why(undecided.verdict(), Coordinates.text(record))));
      reject(record, batch.partition(index), RejectedRecordException.unfit(record, unfit));
    }
  }

  private static String why(UnfitRecordException.Reason verdict, String record) {
    return verdict == UnfitRecordException.Reason.ALTERED
        ? "the event ID of record " + record + " took effect before, with other content"
        : "whether record "
            + record
            + " took effect before can't be proved: its event ID is unknown, and was minted in a"
            + " time whose memory was dropped (dedupe.horizon.ms)";
  }

  private void committed(Outcome.Committed outcome) {
    metrics.committed(writing.size(), outcome.durationMs());
    LOG.debug(
        "committed batch: records={} rejected={} ms={} tables={} fences={}",
        writing.size(),
        writing.rejections().size(),
        outcome.durationMs(),
        outcome.applied(),
        writing.advances());
    for (Applied applied : outcome.applied()) {
      metrics.applied(applied.table(), applied.effect(), applied.rows(), applied.duplicates());
    }
    for (Advance advance : writing.advances()) {
      // Partitions that were closed meanwhile have other objects now, and claim anew.
      writing.partitionOf(advance).advancedTo(advance.next());
    }
    writing.rejections().forEach(rejection -> rejections.forget(rejection.letter().record()));
    if (writer != null && writer.isWriterOf(writing.rows())) {
      free.push(writing.rows());
    }
    writing = null;
  }

  /**
   * After trouble: nothing is taken anew before what was taken is applied. Rows are made again, for
   * the tables may be other ones after a reconnect.
   */
  void keepForLater() {
    if (writing != null) {
      backlog.addFirst(writing);
      writing = null;
    }
    if (filling != null) {
      backlog.addLast(filling);
      filling = null;
    }
    free.clear();
    writer = null;
  }

  /** One batch after another, each awaited. */
  private void workOff() throws SQLException {
    if (backlog.isEmpty()) {
      return;
    }
    harvest();
    int rowsMax = options.batchRowsMax();
    backlog.drop();
    while (!backlog.isEmpty()) {
      FilledBatch batch = emptyBatch();
      fill(batch, rowsMax);
      if (batch.size() == 0) {
        endBefore(batch);
        continue;
      }
      begin(batch);
      try {
        rowsMax = workedOff() ? Math.min(options.batchRowsMax(), rowsMax * 2) : rowsMax;
      } catch (SQLException e) {
        writing = null; // Still in the backlog.
        keepForLater();
        if (Failure.of(e) != Failure.ISOLATE) {
          throw e;
        }
        if (batch.size() == 1) {
          reject(
              batch.record(0),
              batch.partition(0),
              RejectedRecordException.refused(batch.record(0), e));
        }
        // Halves again and again, until the record that can't be stored is alone.
        rowsMax = Math.max(1, batch.size() / 2);
      }
      backlog.drop();
    }
  }

  private boolean workedOff() throws SQLException {
    Outcome came = database.await(outcome);
    if (came instanceof Outcome.Committed committed) {
      committed(committed);
      return true;
    }
    FilledBatch batch = writing;
    writing = null; // Still in the backlog.
    keepForLater();
    notCommitted(batch, came);
    return false;
  }

  private void fill(FilledBatch batch, int rowsMax) {
    Map<OpenPartition, Long> expected = new HashMap<>();
    int size = 0;
    boolean isAppended = true;
    while (isAppended && size < backlog.size() && size < rowsMax && !isFull(batch)) {
      Taken taken = backlog.taken(size);
      OpenPartition partition = taken.partition();
      // Trouble must not make a gap forgotten: it is looked at until the batch is committed.
      Long next = expected.put(partition, taken.offset() + 1);
      isAppended = append(batch, taken, next == null ? partition.nextOffset() : next);
      size++;
    }
  }

  /** Forgets what is filled, but not yet written, of partitions that were closed. */
  void dropClosed() {
    if (filling != null && filling.hasClosedPartition()) {
      backlog.addLast(filling);
      filling = null;
    }
  }

  /**
   * Waits a little for what is being filled and written, so that Connect learns what the database
   * has; what goes wrong is dealt with in the next put().
   */
  void settle() {
    try {
      if (writing != null) {
        awaitCommitted();
      }
      if (writing == null && backlog.isEmpty() && filling != null) {
        FilledBatch batch = filling;
        filling = null;
        begin(batch);
        awaitCommitted();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitCommitted() throws InterruptedException {
    try {
      if (outcome.get(SETTLE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
          instanceof Outcome.Committed committed) {
        committed(committed);
      }
    } catch (TimeoutException | ExecutionException e) {
      // The next put() deals with it.
    }
  }
}
