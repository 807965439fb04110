package dev.onceflow.benchmarks.adoption;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends orders as JSON with their schema, some in the past, then more and more until it is closed.
 */
final class Shop implements AutoCloseable {
  static final String TOPIC = "orders";
  static final String TABLE =
      "CREATE TABLE orders (id text PRIMARY KEY, account text NOT NULL, amount_minor bigint NOT NULL)";

  private static final String VALUE =
      "{\"schema\":{\"type\":\"struct\",\"name\":\"Order\",\"optional\":false,\"fields\":["
          + "{\"field\":\"id\",\"type\":\"string\",\"optional\":false},"
          + "{\"field\":\"account\",\"type\":\"string\",\"optional\":false},"
          + "{\"field\":\"amount_minor\",\"type\":\"int64\",\"optional\":false}]},"
          + "\"payload\":{\"id\":\"%s\",\"account\":\"A%d\",\"amount_minor\":%d}}";
  private static final long PAUSE_MS = 5;

  private final KafkaProducer<String, String> producer;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread opened = new Thread(this::sell, "shop");

  Shop(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
            new StringSerializer(),
            new StringSerializer());
  }

  /** Orders that are there already. */
  void sell(int count) {
    for (int i = 0; i < count; i++) {
      sellOne();
    }
    producer.flush();
  }

  /** Sells on, about 200 orders a second. */
  void open() {
    opened.start();
  }

  private void sell() {
    try {
      while (true) {
        sellOne();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sellOne() {
    int i = sent.getAndIncrement();
    UUID random = UUID.randomUUID();
    UUID id =
        new UUID(
            (System.currentTimeMillis() << 16) | 0x7000L | (i & 0xFFF),
            random.getLeastSignificantBits());
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(TOPIC, id.toString(), VALUE.formatted(id, i % 1_000, i % 9_973)),
            (metadata, error) -> failure.compareAndSet(null, error));
  }

  /** How many orders were sent so far. */
  int sent() {
    return sent.get();
  }

  /**
   * Sells no more; all that was sent is in Kafka then.
   *
   * @throws IllegalStateException if an order couldn't be sent
   */
  @Override
  public void close() {
    opened.interrupt();
    try {
      opened.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
    if (failure.get() != null) {
      throw new IllegalStateException("An order couldn't be sent.", failure.get());
    }
  }
}
