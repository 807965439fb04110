package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.PaymentEvent;
import java.nio.ByteBuffer;

/**
 * A record of {@code payments} as a reader of committed records sees it.
 *
 * @param place where it lies
 * @param timestampMs what the broker's clock stamped on it
 * @param key as text, or null where it has none
 * @param eventIdHeader the {@code ce_id} header, or null
 * @param value the value's bytes, for comparing content; null where it has none
 * @param event what the bytes decode to, or null where they don't
 */
public record InputRecord(
    Place place,
    long timestampMs,
    String key,
    String eventIdHeader,
    ByteBuffer value,
    PaymentEvent event) {}
