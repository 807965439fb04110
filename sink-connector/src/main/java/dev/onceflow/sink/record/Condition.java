package dev.onceflow.sink.record;

import java.util.Optional;

/** Selects records by the text of one value. */
public record Condition(ValueSource source, String expected) {
  /** Reads {@code source=text}. */
  public static Optional<Condition> parse(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? Optional.empty()
        : ValueSource.parse(text.substring(0, equals).trim())
            .map(source -> new Condition(source, text.substring(equals + 1).trim()));
  }
}
