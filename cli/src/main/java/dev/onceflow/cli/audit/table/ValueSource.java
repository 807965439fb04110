package dev.onceflow.cli.audit.table;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where in a record a value stands, read from the connector's configuration. */
sealed interface ValueSource {
  /** A field of the value, inside records by dots. */
  record Field(String path) implements ValueSource {
    private static final Pattern DOT = Pattern.compile("\\.");

    List<String> steps() {
      return DOT.splitAsStream(path).toList();
    }

    @Override
    public String toString() {
      return "field:" + path;
    }
  }

  /** A header, as text. */
  record Header(String name) implements ValueSource {
    @Override
    public String toString() {
      return "header:" + name;
    }
  }

  /** The key as a whole, which must be text; timestamp and coordinates. */
  enum Part implements ValueSource {
    KEY,
    TIMESTAMP,
    TOPIC,
    PARTITION,
    OFFSET;

    @Override
    public String toString() {
      return "record:" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Empty for sources that the audit can't read (fields of keys, envelopes), and for no source. */
  static Optional<ValueSource> parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "field" : text.substring(0, colon).strip();
    String name = text.substring(colon + 1).strip();
    if (name.isEmpty()) {
      return Optional.empty();
    }
    return switch (kind) {
      case "field" -> Optional.of(new Field(name));
      case "header" -> Optional.of(new Header(name));
      case "record" -> part("record:" + name);
      default -> Optional.empty();
    };
  }

  private static Optional<ValueSource> part(String text) {
    for (Part part : Part.values()) {
      if (part.toString().equals(text)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }
}
