package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.CopyBuffer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Struct;

/** Values as text: numbers in full, times as in ISO 8601, bits as 0 and 1. */
final class TextForms {
  private static final int PLAIN_SCALE_MAX = 1_000;
  private static final long MICRO_NANOS = 1_000;

  private TextForms() {}

  /** The form; empty for bytes, and for what has parts. */
  static Optional<Function<Object, String>> of(Meaning meaning) {
    if (meaning instanceof Meaning.Text || meaning instanceof Meaning.TextSet) {
      return Optional.of(String.class::cast);
    }
    if (meaning instanceof Meaning.Truth
        || meaning instanceof Meaning.Whole
        || meaning instanceof Meaning.Floating) {
      return Optional.of(Object::toString);
    }
    if (meaning instanceof Meaning.Exact exact) {
      return Optional.of(value -> decimal(exact.read().apply(value)));
    }
    if (meaning instanceof Meaning.Bits bits) {
      return Optional.of(value -> BitEncoders.text(Bytes.of(value), bits.length()));
    }
    return times(meaning).or(() -> places(meaning));
  }

  private static Optional<Function<Object, String>> times(Meaning meaning) {
    if (meaning instanceof Meaning.Day day) {
      return Optional.of(value -> day(day.read().applyAsLong(value)));
    }
    if (meaning instanceof Meaning.TimeOfDay time) {
      return Optional.of(value -> time(time.read().applyAsLong(value)));
    }
    if (meaning instanceof Meaning.Moment moment) {
      return Optional.of(value -> moment(moment.read().applyAsLong(value), moment.zone()));
    }
    if (meaning instanceof Meaning.Span span) {
      return Optional.of(value -> IntervalText.ofMicros(span.read().applyAsLong(value)));
    }
    return Optional.empty();
  }

  private static Optional<Function<Object, String>> places(Meaning meaning) {
    if (meaning instanceof Meaning.Point) {
      return Optional.of(
          value ->
              "(%s,%s)"
                  .formatted(((Struct) value).getFloat64("x"), ((Struct) value).getFloat64("y")));
    }
    if (meaning instanceof Meaning.Geometry) {
      return Optional.of(value -> geometry((Struct) value));
    }
    return Optional.empty();
  }

  /** In full, but for exponents that nobody would read. */
  static String decimal(BigDecimal value) {
    return Math.abs((long) value.scale()) <= PLAIN_SCALE_MAX
        ? value.toPlainString()
        : value.toString();
  }

  private static String day(long unixDay) {
    return LocalDate.ofEpochDay(unixDay).toString();
  }

  private static String time(long micros) {
    return micros == Times.DAY_MICROS
        ? "24:00:00"
        : DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(micros * MICRO_NANOS));
  }

  private static String moment(long unixMicros, Meaning.Zone zone) {
    if (unixMicros == CopyBuffer.INFINITY) {
      return "infinity";
    }
    if (unixMicros == CopyBuffer.MINUS_INFINITY) {
      return "-infinity";
    }
    Instant instant = Instant.EPOCH.plus(unixMicros, ChronoUnit.MICROS);
    return zone == Meaning.Zone.UTC
        ? instant.toString()
        : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
  }

  /** As PostGIS reads it. */
  private static String geometry(Struct value) {
    String wkb = HexFormat.of().withUpperCase().formatHex(Bytes.of(value.get("wkb")));
    Object srid = value.schema().field("srid") == null ? null : value.get("srid");
    return srid == null ? wkb : "SRID=" + srid + ";" + wkb;
  }
}
