package dev.onceflow.verification.workload;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sends a workload at a rate that can be changed while it runs, by a thread of its own.
 *
 * <p>An idempotent producer keeps the order of each key. Where it fails for good (a fault outlasted
 * its patience), another one begins again at the first position that was not acknowledged: so what
 * comes twice has the same event IDs, and nothing is passed over. Records of aborted transactions
 * go through a producer of their own, and count as acknowledged when the abort was asked for; one
 * that is cut off by a fault is aborted by the next producer or by the coordinator's timeout.
 *
 * <p>What stands in the topic is what counts afterwards, so an answer that is lost harms nothing.
 */
public final class PacedWriter implements AutoCloseable {
  private static final int DELIVERY_TIMEOUT_MS = 120_000;
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;
  private static final int REQUEST_BYTES_MAX = 16 << 20;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final long FAILED_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final String SOURCE = "/onceflow/verification";

  private final Map<String, Object> config;
  private final Workload workload;
  private final long until;
  private final Serializer<PaymentEvent> serializer;
  private final ConcurrentSkipListSet<Long> unacknowledged = new ConcurrentSkipListSet<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong next;
  private final Thread thread;
  private volatile Pace pace;
  private volatile boolean ending;
  private volatile boolean closing;

  /** What ended its thread that it had not foreseen; null where nothing did. */
  private volatile RuntimeException broken;

  private KafkaProducer<byte[], byte[]> producer;
  private KafkaProducer<byte[], byte[]> aborting;

  /** The first failure of this producer; answers to an earlier one don't count any more. */
  private AtomicReference<Exception> failure = new AtomicReference<>();

  /** A rate, and where it began. */
  private record Pace(int perSecond, long fromPosition, long fromNs) {
    long due(long nowNs) {
      return fromPosition
          + (long) ((nowNs - fromNs) / (double) TimeUnit.SECONDS.toNanos(1) * perSecond);
    }
  }

  /**
   * Starts to send.
   *
   * @param clientConfig {@code bootstrap.servers} and {@code schema.registry.url}
   * @param from the first position
   * @param until the position behind the last one
   * @param perSecond records a second, 0 for none until it is told another rate
   */
  public PacedWriter(
      Map<String, ?> clientConfig, Workload workload, long from, long until, int perSecond) {
    this.config = new HashMap<>(clientConfig);
    this.workload = workload;
    this.until = until;
    this.serializer = new AvroSerdes(clientConfig).serializer();
    this.next = new AtomicLong(from);
    this.pace = new Pace(perSecond, from, System.nanoTime());
    this.thread = new Thread(this::runToItsEnd, "paced-writer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Another rate from now on; what is behind is not made up for. */
  public void rate(int perSecond) {
    pace = new Pace(perSecond, next.get(), System.nanoTime());
  }

  /** The first position that is not acknowledged: where another writer can go on. */
  public long position() {
    Long first = unacknowledged.isEmpty() ? null : unacknowledged.ceiling(0L);
    return first == null ? next.get() : first;
  }

  /** How many records were acknowledged; those that were sent again count again. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** How often a producer failed for good, and another one began again. */
  public long failures() {
    return failures.get();
  }

  /** Whether there is anything left to send. */
  public boolean isDone() {
    return !thread.isAlive();
  }

  /**
   * Throws what ended it, if that was not its end: a load that is silently gone would make every
   * later fault one that nobody could notice.
   */
  public void check() {
    if (broken != null) {
      throw new IllegalStateException(
          "The load ended at position %d by itself: %s".formatted(position(), broken), broken);
    }
  }

  /**
   * Takes no more from the workload; returns when all that was taken is acknowledged, or when the
   * time is over.
   *
   * @return how many records are not acknowledged
   */
  public int end(Duration limit) throws InterruptedException {
    ending = true;
    thread.join(limit.toMillis());
    return unacknowledged.size();
  }

  /** Returns when the whole workload is acknowledged. */
  public void awaitAll() throws InterruptedException {
    thread.join();
  }

  private void runToItsEnd() {
    try {
      run();
    } catch (RuntimeException e) {
      broken = e;
      drop();
    }
  }

  private void run() {
    while (!closing) {
      try {
        open();
        sendDue();
        return;
      } catch (KafkaException e) {
        failures.incrementAndGet();
        failure = new AtomicReference<>();
        drop();
        next.set(position());
        unacknowledged.clear();
        pace = new Pace(pace.perSecond(), next.get(), System.nanoTime());
        LockSupport.parkNanos(FAILED_PAUSE_NS);
      }
    }
    drop();
  }

  private void open() {
    Map<String, Object> settings = new HashMap<>(config);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    // Oversize records pass the broker's limit only as small as they can be made.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "verification-aborting-writer");
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TRANSACTION_TIMEOUT_MS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TRANSACTION_TIMEOUT_MS / 2);
    aborting = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    aborting.initTransactions();
  }

  private void sendDue() {
    while (!closing && !ending && next.get() < until) {
      throwFailure();
      long due = Math.min(until, pace.due(System.nanoTime()));
      while (next.get() < due && !closing && !ending) {
        long position = next.get();
        // First noted, then sent: the answer may come before this thread goes on.
        unacknowledged.add(position);
        next.set(position + 1);
        send(workload.at(position));
        throwFailure();
      }
      LockSupport.parkNanos(STEP_NS);
    }
    while (!closing && !unacknowledged.isEmpty()) {
      producer.flush();
      throwFailure();
    }
    producer.close(CLOSE_LIMIT);
    aborting.close(CLOSE_LIMIT);
  }

  private void throwFailure() {
    Exception failed = failure.get();
    if (failed != null) {
      throw failed instanceof KafkaException known ? known : new KafkaException(failed);
    }
  }

  private void send(PlannedRecord planned) {
    ProducerRecord<byte[], byte[]> record = record(planned);
    if (planned.special() == Special.ABORTED) {
      aborting.beginTransaction();
      var unused = aborting.send(record);
      // Only what has reached the log can be seen by who shouldn't.
      aborting.flush();
      aborting.abortTransaction();
      acknowledge(planned.position());
      return;
    }
    AtomicReference<Exception> failed = failure;
    var unused =
        producer.send(
            record,
            (metadata, exception) -> {
              if (exception == null) {
                acknowledge(planned.position());
              } else {
                failed.compareAndSet(null, exception);
              }
            });
  }

  private void acknowledge(long position) {
    unacknowledged.remove(position);
    acknowledged.incrementAndGet();
  }

  private ProducerRecord<byte[], byte[]> record(PlannedRecord planned) {
    PaymentEvent event = planned.event();
    Headers headers = new RecordHeaders();
    Instant occurredAt = event.getOccurredAt();
    CloudEventHeaders.set(
        headers, planned.eventIdHeader(), SOURCE, "dev.onceflow.payment.v1", occurredAt);
    return new ProducerRecord<>(
        planned.topic(),
        null,
        planned.timestampMs(),
        planned.key().getBytes(StandardCharsets.UTF_8),
        planned.value(serializer.serialize(planned.topic(), event)),
        headers);
  }

  private void drop() {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
    if (aborting != null) {
      aborting.close(Duration.ZERO);
    }
  }

  /** Ends at once, whatever is not acknowledged yet. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    serializer.close();
  }
}
