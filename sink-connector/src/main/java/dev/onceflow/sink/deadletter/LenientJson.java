package dev.onceflow.sink.deadletter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Whatever Connect can hand out, as JSON that PostgreSQL's type json takes. What JSON or PostgreSQL
 * has no place for is the reason why some records come here, so nothing is refused: bytes are
 * base64, numbers that aren't finite are strings, moments are ISO 8601, U+0000 and halves of
 * surrogate pairs are escapes, and a map with keys that aren't strings is a list of pairs.
 */
final class LenientJson {
  private final StringBuilder json = new StringBuilder();

  private LenientJson() {}

  static String of(Object value) {
    LenientJson writer = new LenientJson();
    writer.write(value);
    return writer.json.toString();
  }

  private void write(Object value) {
    if (value == null || value instanceof Boolean) {
      json.append(value);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Struct struct) {
      struct(struct);
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (value instanceof List<?> list) {
      list(list);
    } else {
      string(text(value));
    }
  }

  @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return text(bytes(buffer));
    }
    return value instanceof java.util.Date moment
        ? Instant.ofEpochMilli(moment.getTime()).toString()
        : value.toString();
  }

  /** A copy of what a buffer holds. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private void number(Number number) {
    boolean isExact = number instanceof BigDecimal || number instanceof BigInteger;
    if (isExact || Double.isFinite(number.doubleValue())) {
      json.append(number);
    } else {
      string(number.toString());
    }
  }

  private void struct(Struct struct) {
    json.append('{');
    String separator = "";
    for (Field field : struct.schema().fields()) {
      json.append(separator);
      string(field.name());
      json.append(':');
      // A null stays null, whatever the schema's default is.
      write(struct.getWithoutDefault(field.name()));
      separator = ",";
    }
    json.append('}');
  }

  private void map(Map<?, ?> map) {
    boolean isObject = map.keySet().stream().allMatch(String.class::isInstance);
    json.append(isObject ? '{' : '[');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.append(separator);
      if (isObject) {
        string((String) entry.getKey());
        json.append(':');
        write(entry.getValue());
      } else {
        json.append('[');
        write(entry.getKey());
        json.append(',');
        write(entry.getValue());
        json.append(']');
      }
      separator = ",";
    }
    json.append(isObject ? '}' : ']');
  }

  private void list(List<?> list) {
    json.append('[');
    for (Iterator<?> elements = list.iterator(); elements.hasNext(); ) {
      write(elements.next());
      json.append(elements.hasNext() ? "," : "");
    }
    json.append(']');
  }

  private void string(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || isHalf(text, i)) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  /** Whether a surrogate stands alone, which UTF-8 can't write. */
  private static boolean isHalf(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
