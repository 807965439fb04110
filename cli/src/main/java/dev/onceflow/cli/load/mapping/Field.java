package dev.onceflow.cli.load.mapping;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The fields of a payment event, as a mapping names them. */
enum Field {
  // The event's time is part of the IDs that are derived, so it comes first.
  OCCURRED_AT,
  EVENT_ID,
  PAYMENT_ID,
  ACCOUNT_ID,
  MERCHANT_ID,
  KIND,
  AMOUNT_MINOR,
  CURRENCY,
  REFERENCE;

  private final String key = name().toLowerCase(Locale.ROOT);

  String key() {
    return key;
  }

  boolean isId() {
    return this == EVENT_ID || this == PAYMENT_ID;
  }

  static Optional<Field> of(String key) {
    return Arrays.stream(values()).filter(field -> field.key.equals(key)).findFirst();
  }
}
