package dev.onceflow.benchmarks.job;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Sales with fresh event IDs (UUIDv7), each a payment of its own. Seeded; owned by one thread. */
public final class Events implements AutoCloseable {
  private static final int ACCOUNTS = 10_000;
  private static final int MERCHANTS = 200;

  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<PaymentEvent> values;
  private final SplittableRandom random;
  private Exception failure;

  /** Opens a producer. */
  public Events(String bootstrapServers, String registry, long seed) {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                5,
                "batch.size",
                131_072,
                "buffer.memory",
                67_108_864L),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    values = new AvroSerdes(Map.of("schema.registry.url", registry)).serializer();
    random = new SplittableRandom(seed);
  }

  /** Sends one event that happens now. */
  public void send() {
    long nowMs = System.currentTimeMillis();
    UUID id =
        new UUID(
            (nowMs << 16) | 0x7000L | (random.nextLong() & 0xFFFL),
            (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
    String payment = "p-" + Long.toHexString(random.nextLong());
    PaymentEvent event =
        new PaymentEvent(
            id.toString(),
            payment,
            "a-" + random.nextInt(ACCOUNTS),
            "m-" + random.nextInt(MERCHANTS),
            PaymentKind.SALE,
            1L + random.nextInt(100_000),
            "GBP",
            Instant.ofEpochMilli(nowMs),
            null);
    var unused =
        producer.send(
            new ProducerRecord<>(
                Topics.PAYMENTS.name(),
                payment.getBytes(StandardCharsets.UTF_8),
                values.serialize(Topics.PAYMENTS.name(), event)),
            (metadata, error) -> {
              if (error != null) {
                failure = error;
              }
            });
  }

  /** Waits until all are acknowledged. */
  public void flush() {
    producer.flush();
    if (failure != null) {
      throw new IllegalStateException("An event couldn't be sent.", failure);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
