package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.PaymentEvent;
import java.nio.ByteBuffer;

/**
 * A record of {@code payments} as a reader of committed records sees it.
 *
 * @param eventIdHeader the {@code ce_id} header, or null
 * @param value the value's bytes, for comparing content
 * @param event what the bytes decode to, or null where they don't
 */
public record InputRecord(String eventIdHeader, ByteBuffer value, PaymentEvent event) {
  boolean hasSameContentAs(InputRecord other) {
    return value.equals(other.value);
  }

  String eventId() {
    return eventIdHeader == null ? event.getEventId() : eventIdHeader;
  }
}
