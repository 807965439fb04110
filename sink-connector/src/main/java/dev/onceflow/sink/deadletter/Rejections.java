package dev.onceflow.sink.deadletter;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records that can't be stored: given to Connect's dead letter queue where one is configured, else,
 * unless the database keeps them, the task stops. Every report is awaited before the database
 * commits the batch without the record; the other way round, a crash between the two would lose the
 * record. So the queue may hold a record twice. Not thread-safe, but for {@link #awaitStored}.
 */
public final class Rejections {
  private final Optional<ErrantRecordReporter> reporter;
  private final boolean isKept;
  private final IdentityHashMap<SinkRecord, Rejection> rejected = new IdentityHashMap<>();

  private Rejections(Optional<ErrantRecordReporter> reporter, boolean isKept) {
    this.reporter = reporter;
    this.isKept = isKept;
  }

  /** Reports to {@code reporter}; empty where no dead letter queue is configured. */
  public static Rejections reportedTo(Optional<ErrantRecordReporter> reporter) {
    return new Rejections(reporter, false);
  }

  /** The same, but the database keeps the records: nobody need take the reports. */
  public static Rejections keptAndReportedTo(Optional<ErrantRecordReporter> reporter) {
    return new Rejections(reporter, true);
  }

  /** What became of the record, or empty where it wasn't rejected. */
  public Optional<Rejection> of(SinkRecord record) {
    return rejected.isEmpty() ? Optional.empty() : Optional.ofNullable(rejected.get(record));
  }

  /**
   * Rejects a record.
   *
   * @throws ConnectException where nobody takes it
   */
  public Rejection reject(
      SinkRecord record, Optional<UUID> topicId, RejectedRecordException reason) {
    if (rejected.containsKey(record)) {
      // Tried once more, it would be refused once more, for ever.
      throw new ConnectException(
          "a record can be stored neither in its tables nor as a dead letter: " + reason.sentence(),
          reason);
    }
    if (reporter.isEmpty() && !isKept) {
      throw new ConnectException(
          reason.sentence()
              + "; no dead letter queue is configured: correct the record's cause, or set"
              + " dlq.table=true, or errors.tolerance=all and errors.deadletterqueue.topic.name",
          reason);
    }
    Rejection rejection =
        new Rejection(
            new DeadLetter(record, reason, topicId),
            reporter.map(queue -> queue.report(record, reason)));
    rejected.put(record, rejection);
    return rejection;
  }

  /** Forgets a record whose rejection was committed, or that will come again. */
  public void forget(SinkRecord record) {
    if (!rejected.isEmpty()) {
      rejected.remove(record);
    }
  }

  /** Forgets all records; no batch may be under way. */
  public void clear() {
    rejected.clear();
  }

  /** Waits until Connect has stored the reports. */
  public static void awaitStored(Iterable<Rejection> rejections) {
    for (Rejection rejection : rejections) {
      if (rejection.report().isPresent()) {
        await(rejection.report().get());
      }
    }
  }

  private static void await(Future<Void> report) {
    try {
      report.get();
    } catch (ExecutionException e) {
      throw new ConnectException(
          "a record could not be written to the dead letter queue", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("interrupted while writing to the dead letter queue", e);
    }
  }
}
