package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.verification.checker.Reader;
import dev.onceflow.verification.checker.SeenLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A reader of topics that runs during the run, by a thread of its own, and keeps what it saw of
 * each partition in bounded memory. It belongs to no group and commits nothing; where its consumer
 * fails, another one goes on behind what was seen last.
 */
public final class LogReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PAUSE_MS = 500;
  private static final long END_LIMIT_MS = 120_000;

  private final String name;
  private final Reader.Isolation isolation;
  private final Map<String, Object> config;
  private final Map<TopicPartition, SeenLog> seen = new LinkedHashMap<>();
  private final AtomicLong failures = new AtomicLong();
  private final Thread thread;
  private volatile boolean ending;
  private volatile boolean whole;

  /**
   * Starts to read from the beginning of each partition.
   *
   * @param clientConfig {@code bootstrap.servers} and whatever else clients need
   * @param name for reports
   * @param isolation which records it asks for
   * @param topics which are there
   */
  public LogReader(
      Map<String, ?> clientConfig,
      String name,
      Reader.Isolation isolation,
      Collection<String> topics) {
    this.name = name;
    this.isolation = isolation;
    config = new HashMap<>(clientConfig);
    config.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_" + isolation.name().toLowerCase(Locale.ROOT));
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      for (String topic : topics) {
        consumer
            .partitionsFor(topic)
            .forEach(
                each -> {
                  TopicPartition partition = new TopicPartition(topic, each.partition());
                  seen.put(partition, new SeenLog(partition.toString()));
                });
      }
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** How often a consumer failed. */
  public long failures() {
    return failures.get();
  }

  /**
   * Reads to where the logs end now, and ends; after two minutes it ends where it is.
   *
   * @return what was seen of each partition
   */
  public List<Reader> end() throws InterruptedException {
    ending = true;
    thread.join(END_LIMIT_MS);
    close();
    List<Reader> readers = new ArrayList<>();
    seen.values().forEach(log -> readers.add(new Reader(name, isolation, log)));
    return readers;
  }

  /** Whether it has come to the logs' ends; of what it hasn't read nothing can be said. */
  public boolean isWhole() {
    return whole;
  }

  private void run() {
    boolean ended = false;
    while (!ended && !Thread.currentThread().isInterrupted()) {
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        read(consumer);
        ended = true;
      } catch (InterruptException e) {
        ended = true;
      } catch (KafkaException e) {
        failures.incrementAndGet();
        pause();
      }
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.assign(seen.keySet());
    seen.forEach((partition, log) -> consumer.seek(partition, log.last() + 1));
    while (!ending) {
      poll(consumer);
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(seen.keySet());
    while (ends.entrySet().stream()
        .anyMatch(each -> consumer.position(each.getKey()) < each.getValue())) {
      poll(consumer);
    }
    whole = true;
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      consumer.poll(POLL).forEach(this::see);
    } catch (OffsetOutOfRangeException e) {
      // The log lost what was read of it, which shows when it is compared with what stands.
      failures.incrementAndGet();
      consumer.seekToEnd(e.partitions());
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    seen.get(new TopicPartition(record.topic(), record.partition()))
        .see(record.offset(), content(record));
  }

  /** What is compared of a record. */
  static long content(ConsumerRecord<byte[], byte[]> record) {
    return SeenLog.content(record.key(), record.value(), CloudEventHeaders.id(record.headers()));
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends at once. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
