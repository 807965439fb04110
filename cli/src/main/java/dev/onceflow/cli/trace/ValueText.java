package dev.onceflow.cli.trace;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;

/** Values for people: decoded where the topic's contract and a registry are known. */
final class ValueText {
  private static final Map<String, Class<? extends SpecificRecord>> CONTRACTS =
      Map.of(
          Topics.PAYMENTS.name(), PaymentEvent.class,
          Topics.LEDGER_ENTRIES.name(), LedgerEntry.class,
          Topics.ACCOUNT_BALANCES.name(), AccountBalance.class,
          Topics.MERCHANT_DAILY_TOTALS.name(), MerchantDailyTotal.class,
          Topics.PAYMENTS_REJECTED.name(), RejectedPayment.class,
          Topics.PAYMENTS_QUARANTINE.name(), PaymentEvent.class);

  private final Optional<AvroSerdes> serdes;
  private final Map<String, Deserializer<? extends SpecificRecord>> deserializers = new HashMap<>();

  /**
   * @param registry the serdes' settings; empty where no registry is given
   */
  ValueText(Optional<Map<String, Object>> registry) {
    this.serdes = registry.map(AvroSerdes::new);
  }

  String of(ConsumerRecord<byte[], byte[]> record) {
    Class<? extends SpecificRecord> contract = CONTRACTS.get(record.topic());
    if (serdes.isEmpty() || contract == null || record.value() == null) {
      return Sighting.text(record.value());
    }
    Deserializer<? extends SpecificRecord> deserializer =
        deserializers.computeIfAbsent(record.topic(), topic -> serdes.get().deserializer(contract));
    try {
      return deserializer.deserialize(record.topic(), record.headers(), record.value()).toString();
    } catch (KafkaException | AvroRuntimeException e) {
      return "%s, not decoded: %s".formatted(Sighting.text(record.value()), e.getMessage());
    }
  }
}
