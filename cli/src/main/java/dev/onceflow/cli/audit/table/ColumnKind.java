package dev.onceflow.cli.audit.table;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a column holds, and the one form in which both sides write it: PostgreSQL's binary form, or
 * text where that has several forms for one value.
 */
enum ColumnKind {
  BOOL("%s"),
  INT2("%s"),
  INT4("%s"),
  INT8("%s"),
  FLOAT4("%s"),
  FLOAT8("%s"),
  /** As text without zeros at its end: 1.50 and 1.5 are one value. */
  NUMERIC("trim_scale(%s)::text"),
  TEXT("%s::text"),
  UUID("%s"),
  DATE("%s"),
  TIME("%s"),
  TIMESTAMP("%s"),
  TIMESTAMPTZ("%s"),
  BYTEA("%s");

  /** From 1970-01-01, PostgreSQL's own day zero. */
  static final int EPOCH_DAY = 10_957;

  /** The same in microseconds. */
  static final long EPOCH_MICROS = EPOCH_DAY * 86_400_000_000L;

  private static final Map<String, ColumnKind> BY_TYPE =
      Map.ofEntries(
          Map.entry("bool", BOOL),
          Map.entry("int2", INT2),
          Map.entry("int4", INT4),
          Map.entry("int8", INT8),
          Map.entry("float4", FLOAT4),
          Map.entry("float8", FLOAT8),
          Map.entry("numeric", NUMERIC),
          Map.entry("text", TEXT),
          Map.entry("varchar", TEXT),
          Map.entry("bpchar", TEXT),
          Map.entry("citext", TEXT),
          Map.entry("name", TEXT),
          Map.entry("json", TEXT),
          Map.entry("uuid", UUID),
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("timestamp", TIMESTAMP),
          Map.entry("timestamptz", TIMESTAMPTZ),
          Map.entry("bytea", BYTEA));

  private final String expression;

  ColumnKind(String expression) {
    this.expression = expression;
  }

  /**
   * The kind of a type.
   *
   * @param type {@code pg_type.typname}
   * @param isEnum whether it is one of the database's own enums
   */
  static Optional<ColumnKind> of(String type, boolean isEnum) {
    return isEnum ? Optional.of(TEXT) : Optional.ofNullable(BY_TYPE.get(type));
  }

  /** How the column is asked for. */
  String expression(String quotedColumn) {
    return expression.formatted(quotedColumn);
  }

  /** For people. */
  String text(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    return switch (this) {
      case BOOL -> Boolean.toString(in.get() != 0);
      case INT2 -> Short.toString(in.getShort());
      case INT4 -> Integer.toString(in.getInt());
      case INT8 -> Long.toString(in.getLong());
      case FLOAT4 -> Float.toString(in.getFloat());
      case FLOAT8 -> Double.toString(in.getDouble());
      case NUMERIC, TEXT -> new String(value, StandardCharsets.UTF_8);
      case UUID -> new UUID(in.getLong(), in.getLong()).toString();
      case DATE -> LocalDate.ofEpochDay((long) in.getInt() + EPOCH_DAY).toString();
      case TIME -> LocalTime.MIDNIGHT.plus(in.getLong(), ChronoUnit.MICROS).toString();
      case TIMESTAMPTZ -> instant(in.getLong()).toString();
      case TIMESTAMP -> LocalDateTime.ofInstant(instant(in.getLong()), ZoneOffset.UTC).toString();
      case BYTEA -> "\\x" + HexFormat.of().formatHex(value);
    };
  }

  private static Instant instant(long postgresMicros) {
    return Instant.EPOCH
        .plus(EPOCH_MICROS, ChronoUnit.MICROS)
        .plus(postgresMicros, ChronoUnit.MICROS);
  }

  /** A number as {@link #NUMERIC} writes it. */
  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
