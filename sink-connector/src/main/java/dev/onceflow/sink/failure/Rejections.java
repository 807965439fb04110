package dev.onceflow.sink.failure;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records that can't be stored: given to Connect's dead letter queue where one is configured, else
 * the task stops. Every report is awaited before the database commits the batch without the record;
 * the other way round, a crash between the two would lose the record. So the queue may hold a
 * record twice. Not thread-safe, but for {@link #awaitStored}.
 */
public final class Rejections {
  private final Optional<ErrantRecordReporter> reporter;
  private final IdentityHashMap<SinkRecord, Rejection> rejected = new IdentityHashMap<>();

  /** Reports to {@code reporter}; empty where no dead letter queue is configured. */
  public Rejections(Optional<ErrantRecordReporter> reporter) {
    this.reporter = reporter;
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
  public Rejection reject(SinkRecord record, Exception reason) {
    if (reporter.isEmpty()) {
      throw new ConnectException(
          reason.getMessage()
              + "; no dead letter queue is configured: correct the record's cause, or set"
              + " errors.tolerance=all and errors.deadletterqueue.topic.name",
          reason);
    }
    Rejection rejection =
        new Rejection(record, reason, Optional.ofNullable(reporter.get().report(record, reason)));
    rejected.put(record, rejection);
    return rejection;
  }

  /** Forgets a record whose rejection was committed, or that will come again. */
  public void forget(SinkRecord record) {
    if (!rejected.isEmpty()) {
      rejected.remove(record);
    }
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
