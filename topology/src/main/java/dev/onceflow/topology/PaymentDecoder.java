package dev.onceflow.topology;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.streams.route.EventDecoder;
import dev.onceflow.streams.route.Parsed;
import dev.onceflow.topology.payments.Validation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Reads and validates a payment event. The event ID is {@code event_id}; where the record has a
 * {@code ce_id} header too, the two must be the same. The record's key must be the payment's ID:
 * under another key it would meet the state of another partition, which doesn't know the payment.
 *
 * <p>An event's time is the one that the IDs of its entries get: that of its ID, or {@code
 * occurred_at}. So what would be of the future, or unprovable, behind this job is so in it.
 */
final class PaymentDecoder implements EventDecoder<PaymentEvent> {
  private final Deserializer<PaymentEvent> values;

  PaymentDecoder(Deserializer<PaymentEvent> values) {
    this.values = values;
  }

  @Override
  public Parsed<PaymentEvent> decode(String topic, Record<byte[], byte[]> record) {
    PaymentEvent event = values.deserialize(topic, record.headers(), record.value());
    if (event == null) {
      return new Parsed.Bad<>("no-value", "a payment event can't be a tombstone");
    }
    Optional<Validation.Fault> fault = Validation.fault(event);
    if (fault.isPresent()) {
      return new Parsed.Bad<>(fault.get().reason(), fault.get().detail());
    }
    String headerId = CloudEventHeaders.id(record.headers());
    if (headerId != null && !headerId.equals(event.getEventId())) {
      return new Parsed.Bad<>(
          "event-id-differs",
          "header ce_id is \"%s\", event_id is \"%s\"; they must be the same"
              .formatted(headerId, event.getEventId()));
    }
    byte[] expectedKey = event.getPaymentId().getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(expectedKey, record.key())) {
      return new Parsed.Bad<>(
          "key-differs", "the record's key must be payment_id, \"" + event.getPaymentId() + '"');
    }
    return new Parsed.Ok<>(
        event.getEventId(),
        event,
        EventIds.derivedTimeMs(event.getEventId(), event.getOccurredAt().toEpochMilli()));
  }
}
