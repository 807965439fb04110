package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.InputRecord;
import dev.onceflow.verification.checker.Oracle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the whole of {@code payments}, each partition in its order, and tells it to an oracle. */
public final class RecordedInput {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> clientConfig;
  private final Deserializer<PaymentEvent> deserializer;

  /**
   * @param clientConfig {@code bootstrap.servers} and {@code schema.registry.url}
   */
  public RecordedInput(Map<String, ?> clientConfig) {
    this.clientConfig = new HashMap<>(clientConfig);
    this.clientConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.clientConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.clientConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    deserializer = new AvroSerdes(clientConfig).deserializer(PaymentEvent.class);
  }

  /** What an oracle makes of every record that the topic holds now. */
  public Oracle judged() {
    Oracle oracle = new Oracle();
    try (var consumer =
        new KafkaConsumer<>(
            clientConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.PAYMENTS.name()).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(POLL).forEach(record -> oracle.accept(decoded(record)));
      }
    }
    return oracle;
  }

  private InputRecord decoded(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    PaymentEvent event;
    try {
      event = deserializer.deserialize(record.topic(), record.value());
    } catch (SerializationException undecodable) {
      event = null;
    }
    return new InputRecord(CloudEventHeaders.id(record.headers()), ByteBuffer.wrap(value), event);
  }
}
