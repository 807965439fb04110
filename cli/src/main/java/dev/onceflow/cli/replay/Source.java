package dev.onceflow.cli.replay;

import java.util.Optional;

/**
 * Where in a record a value stands, as the sink's configuration writes it: {@code NAME}, {@code
 * field:NAME}, {@code key:NAME}, {@code header:NAME} or {@code record:key} and the like.
 *
 * @param kind {@code field}, {@code key}, {@code header} or {@code record}
 */
record Source(String kind, String name) {
  /** The key as a whole. */
  static final Source KEY = new Source("record", "key");

  static Source parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new Source("field", text.trim())
        : new Source(text.substring(0, colon).trim(), text.substring(colon + 1).trim());
  }

  /** Whether the command can find it in a record as Kafka has it. */
  boolean isFound() {
    return kind.equals("field")
        || kind.equals("header")
        || (kind.equals("record") && !name.equals("timestamp"));
  }

  @Override
  public String toString() {
    return kind + ":" + name;
  }

  /** Its text; empty for null and for what isn't there. */
  Optional<String> in(Fields record) {
    return switch (kind) {
      case "header" -> record.header(name);
      case "record" -> record.part(name);
      default -> record.field(name);
    };
  }
}
