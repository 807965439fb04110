package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Sends copies and decisions in one Kafka transaction, so committed readers see both or neither. A
 * crash before the commit leaves neither, one after it both; where an answer is lost, the next
 * command waits in {@link #begin} until Kafka has ended the transaction, and reads which it is.
 *
 * <p>One at a time for each topic: who begins fences out whoever was at it, before it reads what is
 * decided. Used by one thread, but for the producer's callbacks.
 */
final class TransactionalOutlet implements Outlet, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /**
   * @param producer transactional, and closed with this
   * @param topic whose records are dealt with
   */
  TransactionalOutlet(Producer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /** The transactional ID of all commands that deal with records of a topic. */
  static String transactionalId(String topic) {
    return "onceflow-set-aside-" + topic;
  }

  /** Ends what an earlier command left open, and keeps it from writing on. */
  void begin() {
    try {
      producer.initTransactions();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw failed("can't begin", e);
    }
  }

  @Override
  public List<Refused> commit(List<Planned> chunk) {
    List<Planned> rest = new ArrayList<>(chunk);
    List<Refused> refused = new ArrayList<>();
    while (!rest.isEmpty()) {
      List<Refused> now = attempt(rest);
      if (now.isEmpty()) {
        break;
      }
      refused.addAll(now);
      now.forEach(each -> rest.remove(each.planned()));
    }
    return refused;
  }

  /** Commits all, or nothing and says which ones must be left out. */
  private List<Refused> attempt(List<Planned> chunk) {
    ConcurrentLinkedQueue<Refused> refused = new ConcurrentLinkedQueue<>();
    try {
      producer.beginTransaction();
      for (Planned planned : chunk) {
        if (planned.copy() != null) {
          send(planned.copy(), planned, refused);
        }
        send(planned.word(), planned, refused);
      }
      producer.commitTransaction();
      return List.of();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      if (isFenced(e) || refused.isEmpty()) {
        throw failed("failed", e);
      }
      abort();
      return List.copyOf(refused);
    }
  }

  private void send(
      ProducerRecord<byte[], byte[]> record,
      Planned planned,
      ConcurrentLinkedQueue<Refused> refused) {
    // What goes wrong fails the commit as well; the future would say the same again.
    Future<RecordMetadata> unused =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure instanceof RecordTooLargeException
                  || failure instanceof InvalidRecordException
                  || failure instanceof InvalidTimestampException) {
                // Its name, not its text, which has the size of each record.
                refused.add(new Refused(planned, failure.getClass().getSimpleName()));
              }
            });
  }

  private void abort() {
    try {
      producer.abortTransaction();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw failed("failed", e);
    }
  }

  private UserException failed(String what, KafkaException e) {
    return isFenced(e)
        ? new UserException(
            """
            Another command deals with %s now, or this one stood still for more than %d s: it was \
            fenced out, and stops. What it had committed counts, and nothing counts twice; the \
            same command goes on where it stopped."""
                .formatted(topic, Cluster.TRANSACTION_TIMEOUT_MS / 1_000),
            e)
        : new UserException(
            """
            The Kafka transaction for %s %s: %s. What was committed before counts; the same \
            command finds out about the rest and goes on."""
                .formatted(topic, what, e.getMessage()),
            e);
  }

  private static boolean isFenced(Throwable failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
