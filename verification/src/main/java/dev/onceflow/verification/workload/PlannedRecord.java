package dev.onceflow.verification.workload;

import dev.onceflow.schemas.event.PaymentEvent;
import java.util.Arrays;

/**
 * A record to be sent.
 *
 * @param position its number in the workload, from 0
 * @param key the record's key
 * @param event what it says, or null where it says nothing that an event could
 * @param eventIdHeader the {@code ce_id} header, or null where it has none
 * @param damage what is done to the bytes
 * @param timestampMs the timestamp that the producer gives, which the broker's clock replaces
 */
public record PlannedRecord(
    long position,
    String topic,
    String key,
    PaymentEvent event,
    String eventIdHeader,
    Damage damage,
    Long timestampMs,
    Special special) {
  /** What is done to the bytes of a record. */
  public enum Damage {
    /** Nothing. */
    NONE,
    /** The second half is missing. */
    TRUNCATED,
    /** The first byte is another one. */
    WRONG_MAGIC,
    /** There are no bytes. */
    EMPTY,
    /** There is no value. */
    NO_VALUE
  }

  /** The bytes to send. */
  byte[] value(byte[] whole) {
    return switch (damage) {
      case NONE -> whole;
      case TRUNCATED -> Arrays.copyOf(whole, whole.length / 2);
      case WRONG_MAGIC -> {
        byte[] changed = whole.clone();
        changed[0] = 1;
        yield changed;
      }
      case EMPTY -> new byte[0];
      case NO_VALUE -> null;
    };
  }
}
