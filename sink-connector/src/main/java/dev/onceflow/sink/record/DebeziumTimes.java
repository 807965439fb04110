package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * Debezium's semantic types of times, by their names below io.debezium.time. Those that come as
 * text (ZonedTimestamp, ZonedTime, Interval, IsoDate ...) are texts like others: the column's type
 * says how they are read.
 */
final class DebeziumTimes {
  // PostgreSQL's infinity, as Debezium's documentation says that it writes it.
  private static final long INFINITY_MICROS = 9_223_372_036_825_200_000L;
  private static final long MINUS_INFINITY_MICROS = -9_223_372_036_832_400_000L;
  private static final long INFINITY_MS = INFINITY_MICROS / 1_000;
  private static final long MINUS_INFINITY_MS = MINUS_INFINITY_MICROS / 1_000;

  private DebeziumTimes() {}

  static Optional<Meaning> meaning(String name, Schema.Type type) {
    if (type == Schema.Type.INT32) {
      return switch (name) {
        case "Date" -> Optional.of(new Meaning.Day(Times::number));
        case "Time" -> Optional.of(new Meaning.TimeOfDay(Times::microsOfMillis));
        default -> Optional.empty();
      };
    }
    if (type != Schema.Type.INT64) {
      return Optional.empty();
    }
    return switch (name) {
      case "MicroTime" -> Optional.of(new Meaning.TimeOfDay(Times::number));
      case "NanoTime" -> Optional.of(new Meaning.TimeOfDay(Times::microsOfNanos));
      case "Timestamp" -> local(DebeziumTimes::timestamp);
      case "MicroTimestamp" -> local(DebeziumTimes::microTimestamp);
      case "NanoTimestamp" -> local(Times::microsOfNanos);
      case "MicroDuration" -> Optional.of(new Meaning.Span(Times::number));
      case "NanoDuration" -> Optional.of(new Meaning.Span(Times::microsOfNanos));
      default -> Optional.empty();
    };
  }

  private static Optional<Meaning> local(java.util.function.ToLongFunction<Object> read) {
    return Optional.of(new Meaning.Moment(read, Meaning.Zone.LOCAL));
  }

  private static long timestamp(Object value) {
    long ms = Times.number(value);
    if (ms == INFINITY_MS || ms == MINUS_INFINITY_MS) {
      return ms > 0 ? CopyBuffer.INFINITY : CopyBuffer.MINUS_INFINITY;
    }
    return Times.microsOfMillis(value);
  }

  private static long microTimestamp(Object value) {
    long micros = Times.number(value);
    if (micros == INFINITY_MICROS || micros == MINUS_INFINITY_MICROS) {
      return micros > 0 ? CopyBuffer.INFINITY : CopyBuffer.MINUS_INFINITY;
    }
    return Times.micros(value);
  }
}
