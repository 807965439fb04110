package dev.onceflow.sink;

import static dev.onceflow.sink.TypeCase.holds;
import static dev.onceflow.sink.TypeCase.refused;
import static org.apache.kafka.connect.data.Schema.STRING_SCHEMA;

import java.time.Instant;
import java.util.Date;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Dates, times, timestamps and time spans. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class TemporalCases {
  private static final Schema DATE = org.apache.kafka.connect.data.Date.SCHEMA;
  private static final long MICROS = 1_700_000_000_123_456L;
  private static final String NANOS_LOST =
      "has nanoseconds, which PostgreSQL's microseconds would lose";

  private TemporalCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(connect(), debezium(), debeziumTexts(), avro(), texts(), spans())
        .flatMap(s -> s);
  }

  private static Schema int32(String name) {
    return SchemaBuilder.int32().name(name).build();
  }

  private static Schema int64(String name) {
    return SchemaBuilder.int64().name(name).build();
  }

  private static Schema string(String name) {
    return SchemaBuilder.string().name("io.debezium.time." + name).build();
  }

  private static Date at(String instant) {
    return Date.from(Instant.parse(instant));
  }

  private static Stream<TypeCase> connect() {
    return Stream.of(
        holds("date", DATE, at("2024-02-29T00:00:00Z"), "2024-02-29"),
        holds("date", DATE, at("0001-01-01T00:00:00Z"), "0001-01-01"),
        holds("timestamp", DATE, at("2024-02-29T00:00:00Z"), "2024-02-29 00:00:00"),
        holds("text", DATE, at("2024-02-29T00:00:00Z"), "2024-02-29"),
        holds("time", Time.SCHEMA, new Date(36_610_123L), "10:10:10.123"),
        holds("timetz", Time.SCHEMA, new Date(36_610_123L), "10:10:10.123+00"),
        holds("text", Time.SCHEMA, new Date(36_600_000L), "10:10:00"),
        holds("timestamptz", Timestamp.SCHEMA, new Date(-1), "1969-12-31 23:59:59.999+00"),
        holds("timestamp(3)", Timestamp.SCHEMA, new Date(123), "1970-01-01 00:00:00.123"),
        refused(
            "timestamp(2)",
            Timestamp.SCHEMA,
            new Date(123),
            "has more than 2 digits of a second, which the column would round"),
        holds("timestamp(0)", Timestamp.SCHEMA, new Date(1000), "1970-01-01 00:00:01"),
        holds("date", Timestamp.SCHEMA, new Date(86_400_000L), "1970-01-02"),
        refused(
            "date", Timestamp.SCHEMA, new Date(1), "has a time of day, which a date would lose"),
        refused("time", Timestamp.SCHEMA, new Date(1), "a column of type time without time zone"),
        refused("int8", Timestamp.SCHEMA, new Date(1), "a column of type bigint"),
        holds("text", Timestamp.SCHEMA, new Date(123), "1970-01-01T00:00:00.123Z"),
        holds("jsonb", Timestamp.SCHEMA, new Date(123), "\"1970-01-01T00:00:00.123Z\""),
        holds(
            "timestamptz",
            Timestamp.SCHEMA,
            at("-4712-01-01T00:00:00Z"),
            "4713-01-01 00:00:00+00 BC"),
        refused(
            "timestamptz",
            Timestamp.SCHEMA,
            at("-10000-01-01T00:00:00Z"),
            "outside PostgreSQL's range of timestamps"),
        refused("date", DATE, at("-10000-01-01T00:00:00Z"), "outside PostgreSQL's range of dates"));
  }

  private static Stream<TypeCase> debezium() {
    String time = "io.debezium.time.";
    return Stream.of(
        holds("date", int32(time + "Date"), 19_675, "2023-11-14"),
        holds("time", int32(time + "Time"), 36_610_123, "10:10:10.123"),
        holds("time", int64(time + "MicroTime"), 36_610_123_456L, "10:10:10.123456"),
        holds("time", int64(time + "MicroTime"), 86_400_000_000L, "24:00:00"),
        refused("time", int64(time + "MicroTime"), 86_400_000_001L, "outside 00:00:00 to 24:00:00"),
        refused("time", int64(time + "MicroTime"), -1L, "outside 00:00:00 to 24:00:00"),
        refused(
            "time(3)",
            int64(time + "MicroTime"),
            1L,
            "has more than 3 digits of a second, which the column would round"),
        holds("time", int64(time + "NanoTime"), 36_610_123_456_000L, "10:10:10.123456"),
        refused("time", int64(time + "NanoTime"), 1L, NANOS_LOST),
        holds("timetz", int64(time + "MicroTime"), 1L, "00:00:00.000001+00"),
        holds(
            "timestamp", int64(time + "Timestamp"), 1_700_000_000_123L, "2023-11-14 22:13:20.123"),
        holds("timestamp", int64(time + "MicroTimestamp"), MICROS, "2023-11-14 22:13:20.123456"),
        holds("timestamp", int64(time + "MicroTimestamp"), -1L, "1969-12-31 23:59:59.999999"),
        holds(
            "timestamptz", int64(time + "MicroTimestamp"), MICROS, "2023-11-14 22:13:20.123456+00"),
        holds(
            "timestamp",
            int64(time + "NanoTimestamp"),
            MICROS * 1000,
            "2023-11-14 22:13:20.123456"),
        refused("timestamp", int64(time + "NanoTimestamp"), MICROS * 1000 + 1, NANOS_LOST),
        holds("timestamp", int64(time + "MicroTimestamp"), 9_223_372_036_825_200_000L, "infinity"),
        holds(
            "timestamp", int64(time + "MicroTimestamp"), -9_223_372_036_832_400_000L, "-infinity"),
        holds("timestamp", int64(time + "Timestamp"), 9_223_372_036_825_200L, "infinity"),
        holds("date", int64(time + "MicroTimestamp"), 9_223_372_036_825_200_000L, "infinity"),
        refused(
            "timestamp",
            int64(time + "MicroTimestamp"),
            Long.MIN_VALUE,
            "outside PostgreSQL's range of timestamps"),
        holds("text", int64(time + "MicroTimestamp"), MICROS, "2023-11-14T22:13:20.123456"),
        holds("interval", int64(time + "MicroDuration"), 90_061_000_001L, "25:01:01.000001"),
        holds("interval", int64(time + "NanoDuration"), -1_000L, "-00:00:00.000001"),
        holds("text", int64(time + "MicroDuration"), 1_500_000L, "PT1.5S"));
  }

  private static Stream<TypeCase> debeziumTexts() {
    return Stream.of(
        holds(
            "timestamptz",
            string("ZonedTimestamp"),
            "2023-11-14T22:13:20.123456Z",
            "2023-11-14 22:13:20.123456+00"),
        holds("timestamptz", string("ZonedTimestamp"), "infinity", "infinity"),
        holds("timestamptz", string("ZonedTimestamp"), "-infinity", "-infinity"),
        holds(
            "timestamp",
            string("ZonedTimestamp"),
            "2023-11-14T23:13:20+01:00",
            "2023-11-14 22:13:20"),
        holds("timetz", string("ZonedTime"), "10:15:30+01:00", "10:15:30+01"),
        holds("timetz", string("ZonedTime"), "10:15:30.5Z", "10:15:30.5+00"),
        holds("time", string("ZonedTime"), "00:15:30+01:00", "23:15:30"),
        holds("date", string("IsoDate"), "2023-11-14Z", "2023-11-14"),
        holds("time", string("IsoTime"), "10:15:30Z", "10:15:30"),
        holds("timestamp", string("IsoTimestamp"), "2023-11-14T10:15:30Z", "2023-11-14 10:15:30"),
        holds(
            "interval",
            string("Interval"),
            "P1Y2M3DT4H5M6.78S",
            "1 year 2 mons 3 days 04:05:06.78"),
        holds("interval", string("Interval"), "P1Y2M-3DT0S", "1 year 2 mons -3 days"));
  }

  private static Stream<TypeCase> avro() {
    return Stream.of(
        holds("timestamptz", int64("timestamp-micros"), MICROS, "2023-11-14 22:13:20.123456+00"),
        holds("timestamptz", int64("timestamp-millis"), 1L, "1970-01-01 00:00:00.001+00"),
        holds("timestamp", int64("local-timestamp-micros"), MICROS, "2023-11-14 22:13:20.123456"),
        holds("timestamp", int64("local-timestamp-millis"), 1L, "1970-01-01 00:00:00.001"),
        holds("timestamp", int64("local-timestamp-nanos"), 1_000L, "1970-01-01 00:00:00.000001"),
        holds("time", int64("time-micros"), 1L, "00:00:00.000001"),
        holds("time", int32("time-millis"), 1, "00:00:00.001"),
        holds("date", int32("date"), 1, "1970-01-02"),
        holds(
            "timestamptz",
            SchemaBuilder.int64().parameter("logicalType", "timestamp-micros").build(),
            1L,
            "1970-01-01 00:00:00.000001+00"));
  }

  private static Stream<TypeCase> texts() {
    return Stream.of(
        holds("date", STRING_SCHEMA, "2024-02-29", "2024-02-29"),
        holds("date", STRING_SCHEMA, "0044-03-15 BC", "0044-03-15 BC"),
        holds("date", STRING_SCHEMA, "infinity", "infinity"),
        holds("date", STRING_SCHEMA, "2024-02-29T00:00:00", "2024-02-29"),
        refused("date", STRING_SCHEMA, "2023-02-29", "a date that no calendar has"),
        refused("date", STRING_SCHEMA, "29.2.2024", "no date or time as ISO 8601 writes it"),
        refused(
            "date",
            STRING_SCHEMA,
            "2024-02-29 10:00",
            "has a time of day, which a date would lose"),
        holds("time", STRING_SCHEMA, "10:15", "10:15:00"),
        holds("time", STRING_SCHEMA, "24:00:00", "24:00:00"),
        refused("time", STRING_SCHEMA, "25:00:00", "a time outside 00:00:00 to 24:00:00"),
        holds(
            "timestamp", STRING_SCHEMA, "2024-02-29 10:15:30.123456", "2024-02-29 10:15:30.123456"),
        holds(
            "timestamp",
            STRING_SCHEMA,
            "2024-02-29T10:15:30.1234560",
            "2024-02-29 10:15:30.123456"),
        refused("timestamp", STRING_SCHEMA, "2024-02-29T10:15:30.1234567", NANOS_LOST),
        holds("timestamptz", STRING_SCHEMA, "2024-02-29 10:15:30+0530", "2024-02-29 04:45:30+00"),
        holds("timestamptz", STRING_SCHEMA, "2024-02-29 10:15:30 -03", "2024-02-29 13:15:30+00"),
        holds("timestamptz", STRING_SCHEMA, "2024-02-29", "2024-02-29 00:00:00+00"),
        holds("timestamptz", STRING_SCHEMA, "+12024-02-29T00:00:00Z", "12024-02-29 00:00:00+00"),
        refused("timestamptz", STRING_SCHEMA, "now", "no date or time as ISO 8601 writes it"),
        refused(
            "timestamptz",
            STRING_SCHEMA,
            "2024-02-29T10:15:30Z and more",
            "no date or time as ISO 8601 writes it"),
        refused(
            "timestamptz",
            STRING_SCHEMA,
            "+999999999-01-01T00:00:00Z",
            "outside PostgreSQL's range of timestamps"));
  }

  private static Stream<TypeCase> spans() {
    return Stream.of(
        holds(
            "interval",
            STRING_SCHEMA,
            "1 year 2 mons -3 days +04:05:06.5",
            "1 year 2 mons -3 days +04:05:06.5"),
        holds("interval", STRING_SCHEMA, "90 minutes", "01:30:00"),
        holds("interval", STRING_SCHEMA, "1.5 seconds", "00:00:01.5"),
        holds("interval", STRING_SCHEMA, "-P1D", "-1 days"),
        holds("interval", STRING_SCHEMA, "P2W", "14 days"),
        refused(
            "interval(0)",
            STRING_SCHEMA,
            "PT0.5S",
            "has more than 0 digits of a second, which the column would round"),
        refused("interval", STRING_SCHEMA, "P", "no time span as ISO 8601 or PostgreSQL writes it"),
        refused(
            "interval", STRING_SCHEMA, "soon", "no time span as ISO 8601 or PostgreSQL writes it"),
        refused(
            "interval", STRING_SCHEMA, "P999999999Y", "outside PostgreSQL's range of intervals"));
  }
}
