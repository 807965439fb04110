package dev.onceflow.sink.record;

import java.util.Locale;
import java.util.Optional;

/** Where in a record a value stands, as the configuration writes it. */
public sealed interface ValueSource {
  /** A field of the record's value: {@code name} or {@code field:name}. */
  record Field(String name) implements ValueSource {
    @Override
    public String toString() {
      return "field:" + name;
    }
  }

  /** A field of the record's key: {@code key:name}. */
  record KeyField(String name) implements ValueSource {
    @Override
    public String toString() {
      return "key:" + name;
    }
  }

  /** A header, read as text: {@code header:name}. */
  record Header(String name) implements ValueSource {
    @Override
    public String toString() {
      return "header:" + name;
    }
  }

  /** A field of a change event's envelope, by dots one inside another: {@code envelope:NAME}. */
  record Envelope(String name) implements ValueSource {
    @Override
    public String toString() {
      return "envelope:" + name;
    }
  }

  /** The record's key as a whole, its timestamp, its coordinates: {@code record:offset}. */
  enum Part implements ValueSource {
    /** The key as a whole. */
    KEY,
    /** The record's timestamp. */
    TIMESTAMP,
    /** The topic it was read from. */
    TOPIC,
    /** The partition it was read from. */
    PARTITION,
    /** Its offset there. */
    OFFSET;

    @Override
    public String toString() {
      return "record:" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** What {@link #parse} understands, for messages. */
  String EXPECTED =
      "expected a field's name, field:NAME, key:NAME, header:NAME, envelope:NAME or"
          + " record:key|timestamp|topic|partition|offset";

  /** Reads what the configuration says; empty where it isn't {@link #EXPECTED}. */
  static Optional<ValueSource> parse(String text) {
    int colon = text.indexOf(':');
    String name = text.substring(colon + 1).trim();
    if (name.isEmpty()) {
      return Optional.empty();
    }
    return switch (colon < 0 ? "field" : text.substring(0, colon).trim()) {
      case "field" -> Optional.of(new Field(name));
      case "key" -> Optional.of(new KeyField(name));
      case "header" -> Optional.of(new Header(name));
      case "envelope" -> Optional.of(new Envelope(name));
      case "record" -> part(name);
      default -> Optional.empty();
    };
  }

  private static Optional<ValueSource> part(String name) {
    for (Part part : Part.values()) {
      if (part.toString().equals("record:" + name)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }
}
