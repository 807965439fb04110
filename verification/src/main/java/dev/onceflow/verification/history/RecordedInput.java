package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Effects;
import dev.onceflow.verification.checker.InputRecord;
import dev.onceflow.verification.checker.Oracle;
import dev.onceflow.verification.checker.Verdict;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the whole of {@code payments}, each partition in its order, and tells it to an oracle. */
public final class RecordedInput {
  private final CommittedRecords records;
  private final Deserializer<PaymentEvent> deserializer;

  /**
   * @param clientConfig {@code bootstrap.servers} and {@code schema.registry.url}
   */
  public RecordedInput(Map<String, ?> clientConfig) {
    records = new CommittedRecords(clientConfig);
    deserializer = new AvroSerdes(clientConfig).deserializer(PaymentEvent.class);
  }

  /** What an oracle makes of every record that the topic holds now. */
  public Oracle judged() {
    return judged((record, verdict) -> {});
  }

  /**
   * What the job's topics must hold once it has read every record that the topic holds now: ledger,
   * records set aside, counts of verdicts.
   */
  public Effects expectedOfTheJob() {
    Effects expected = new Effects();
    Map<Integer, Map<Verdict, Long>> verdicts = new TreeMap<>();
    Oracle oracle =
        judged(
            (record, verdict) -> {
              verdicts
                  .computeIfAbsent(record.partition(), any -> new EnumMap<>(Verdict.class))
                  .merge(verdict, 1L, Long::sum);
              if (verdict != Verdict.APPLIED && verdict != Verdict.DUPLICATE) {
                expected.setAside(
                    verdict, record.topic() + '-' + record.partition() + '-' + record.offset());
              }
            });
    expected.facts().putAll(oracle.ledger().facts());
    verdicts.forEach(
        (partition, counts) ->
            counts.forEach((verdict, count) -> expected.counted(partition, verdict, count)));
    return expected;
  }

  private Oracle judged(BiConsumer<ConsumerRecord<byte[], byte[]>, Verdict> listener) {
    Oracle oracle = new Oracle();
    records.read(
        Topics.PAYMENTS.name(), record -> listener.accept(record, oracle.accept(decoded(record))));
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
