package dev.onceflow.sink.failure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records that can't be stored: given to Connect's dead letter queue where one is configured, else
 * the task stops. Every report is awaited before the database commits the batch without the record;
 * the other way round, a crash between the two would lose the record. So the queue may hold a
 * record twice. Not thread-safe.
 */
public final class PoisonRecords {
  private final Optional<ErrantRecordReporter> reporter;
  private final Set<SinkRecord> reported = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Future<Void>> unanswered = new ArrayList<>();

  /** Reports to {@code reporter}; empty where no dead letter queue is configured. */
  public PoisonRecords(Optional<ErrantRecordReporter> reporter) {
    this.reporter = reporter;
  }

  /** Begins with the records of a new put(). */
  public void clear() {
    reported.clear();
    unanswered.clear();
  }

  /** Whether the record was reported since {@link #clear}, and is left out. */
  public boolean contains(SinkRecord record) {
    return !reported.isEmpty() && reported.contains(record);
  }

  /**
   * Reports a record.
   *
   * @throws ConnectException where nobody takes it
   */
  public void report(SinkRecord record, Exception reason) {
    if (reporter.isEmpty()) {
      throw new ConnectException(
          reason.getMessage()
              + "; no dead letter queue is configured: correct the record's cause, or set"
              + " errors.tolerance=all and errors.deadletterqueue.topic.name",
          reason);
    }
    unanswered.add(reporter.get().report(record, reason));
    reported.add(record);
  }

  /** Waits until every report is stored. */
  public void awaitStored() {
    for (Future<Void> answer : unanswered) {
      try {
        answer.get();
      } catch (ExecutionException e) {
        throw new ConnectException(
            "a record could not be written to the dead letter queue", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConnectException("interrupted while writing to the dead letter queue", e);
      }
    }
    unanswered.clear();
  }
}
