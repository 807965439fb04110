package dev.onceflow.sink.record;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/**
 * What values mean, whatever Java class they come in: many schemas say the same thing. A column's
 * encoder asks for the meaning and takes the value by the function that it brings.
 */
sealed interface Meaning {
  /** A Boolean. */
  record Truth() implements Meaning {}

  /** A Number without a fraction, of up to 64 bits. */
  record Whole() implements Meaning {}

  /** A Float or a Double. */
  record Floating() implements Meaning {}

  /** A decimal number, exactly. */
  record Exact(Function<Object, BigDecimal> read) implements Meaning {}

  /** A String. */
  record Text() implements Meaning {}

  /** A String that holds texts with commas between. */
  record TextSet() implements Meaning {}

  /** A byte[] or a ByteBuffer. */
  record Binary() implements Meaning {}

  /** A string of bits, in bytes of which the first holds the last bits; empty for any length. */
  record Bits(Optional<Integer> length) implements Meaning {}

  /** A day, as days since 1970-01-01. */
  record Day(ToLongFunction<Object> read) implements Meaning {}

  /** A time of day, as microseconds since midnight. */
  record TimeOfDay(ToLongFunction<Object> read) implements Meaning {}

  /** A point in time, as Unix microseconds. */
  record Moment(ToLongFunction<Object> read, Zone zone) implements Meaning {}

  /** Whether a point in time is the same everywhere. */
  enum Zone {
    /** It is. */
    UTC,
    /** It is what clocks showed somewhere. */
    LOCAL
  }

  /** A time span, as microseconds. */
  record Span(ToLongFunction<Object> read) implements Meaning {}

  /** A Struct with coordinates x and y. */
  record Point() implements Meaning {}

  /** A Struct with a geometry in well-known binary form and its reference system. */
  record Geometry() implements Meaning {}

  /** A Struct with the places of a vector that aren't zero. */
  record SparseVector() implements Meaning {}

  /** A List; empty where its elements have no schema. */
  record Elements(Optional<Schema> element) implements Meaning {}

  /** A Map; empty where its keys and values have no schemas. */
  record Mapping(Optional<Schema> key, Optional<Schema> value) implements Meaning {}

  /** A Struct of any kind. */
  record Nested() implements Meaning {}

  /** What the schema says; by its name, else by its type. */
  static Meaning of(Schema schema) {
    return SchemaNames.meaning(schema).orElseGet(() -> ofType(schema));
  }

  private static Meaning ofType(Schema schema) {
    return switch (schema.type()) {
      case BOOLEAN -> new Truth();
      case INT8, INT16, INT32, INT64 -> new Whole();
      case FLOAT32, FLOAT64 -> new Floating();
      case STRING -> new Text();
      case BYTES -> new Binary();
      case ARRAY -> new Elements(Optional.of(schema.valueSchema()));
      case MAP -> new Mapping(Optional.of(schema.keySchema()), Optional.of(schema.valueSchema()));
      case STRUCT -> new Nested();
    };
  }
}
