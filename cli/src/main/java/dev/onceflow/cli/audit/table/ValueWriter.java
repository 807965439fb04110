package dev.onceflow.cli.audit.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.util.Utf8;

/**
 * Writes values of one Avro schema as one kind of column has them. Chosen once for each schema and
 * column. Shares no code with the sink, so that a mistake there doesn't repeat itself here.
 */
@FunctionalInterface
interface ValueWriter {
  /**
   * Writes a value that is not null.
   *
   * @throws IllegalArgumentException if the column can't hold that value
   * @throws ArithmeticException the same
   * @throws java.time.DateTimeException the same
   */
  void write(Object value, RowBuffer out);

  /** The writer; empty where values of that schema are not known to go to such a column. */
  static Optional<ValueWriter> of(Schema schema, ColumnKind kind) {
    String logical =
        Optional.ofNullable(schema.getLogicalType()).map(LogicalType::getName).orElse("");
    return Optional.ofNullable(
        switch (kind) {
          case BOOL -> schema.getType() == Schema.Type.BOOLEAN ? bool() : null;
          case INT2, INT4, INT8 -> whole(schema, logical, kind);
          case FLOAT4, FLOAT8 -> floating(schema, logical, kind);
          case NUMERIC -> numeric(schema, logical);
          case TEXT -> text(schema, logical);
          case UUID -> uuid(schema);
          case DATE -> date(schema, logical);
          case TIME -> time(logical);
          case TIMESTAMP, TIMESTAMPTZ -> timestamp(schema, logical);
          case BYTEA -> binary(schema, logical);
        });
  }

  private static ValueWriter bool() {
    return (value, out) -> out.putByte((Boolean) value ? 1 : 0);
  }

  private static boolean isWhole(Schema schema, String logical) {
    return logical.isEmpty()
        && (schema.getType() == Schema.Type.INT || schema.getType() == Schema.Type.LONG);
  }

  private static ValueWriter whole(Schema schema, String logical, ColumnKind kind) {
    if (!isWhole(schema, logical)) {
      return null;
    }
    return switch (kind) {
      case INT2 ->
          (value, out) -> {
            long number = ((Number) value).longValue();
            if (number != (short) number) {
              throw new ArithmeticException(number + " is no int2");
            }
            out.putShort((int) number);
          };
      case INT4 -> (value, out) -> out.putInteger(Math.toIntExact(((Number) value).longValue()));
      default -> (value, out) -> out.putLong(((Number) value).longValue());
    };
  }

  private static ValueWriter floating(Schema schema, String logical, ColumnKind kind) {
    boolean isFloat = schema.getType() == Schema.Type.FLOAT;
    if (!logical.isEmpty() || !(isFloat || schema.getType() == Schema.Type.DOUBLE)) {
      return null;
    }
    return kind == ColumnKind.FLOAT8
        ? (value, out) -> out.putLong(Double.doubleToLongBits(((Number) value).doubleValue()))
        : isFloat ? (value, out) -> out.putInteger(Float.floatToIntBits((Float) value)) : null;
  }

  private static ValueWriter numeric(Schema schema, String logical) {
    if (isWhole(schema, logical)) {
      return (value, out) -> putText(out, value.toString());
    }
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return (value, out) ->
          putText(out, ColumnKind.plain(new BigDecimal(unscaled(value), decimal.getScale())));
    }
    return schema.getType() == Schema.Type.STRING
        ? (value, out) -> putText(out, ColumnKind.plain(new BigDecimal(value.toString())))
        : null;
  }

  private static ValueWriter text(Schema schema, String logical) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return (value, out) ->
          putText(out, new BigDecimal(unscaled(value), decimal.getScale()).toPlainString());
    }
    return switch (schema.getType()) {
      case STRING -> (value, out) -> putString(out, value);
      case ENUM, BOOLEAN, FLOAT, DOUBLE -> (value, out) -> putText(out, value.toString());
      case INT, LONG -> logical.isEmpty() ? (value, out) -> putText(out, value.toString()) : null;
      default -> null;
    };
  }

  private static ValueWriter uuid(Schema schema) {
    if (schema.getType() == Schema.Type.STRING) {
      return (value, out) -> {
        UUID uuid = UUID.fromString(value.toString());
        out.putUuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
      };
    }
    return schema.getType() == Schema.Type.FIXED && schema.getFixedSize() == 16
        ? (value, out) -> out.putBytes(((GenericFixed) value).bytes(), 0, 16)
        : null;
  }

  private static ValueWriter date(Schema schema, String logical) {
    if (logical.equals("date")) {
      return (value, out) -> out.putInteger((Integer) value - ColumnKind.EPOCH_DAY);
    }
    return schema.getType() == Schema.Type.STRING
        ? (value, out) ->
            out.putInteger(
                Math.toIntExact(LocalDate.parse(value.toString()).toEpochDay())
                    - ColumnKind.EPOCH_DAY)
        : null;
  }

  private static ValueWriter time(String logical) {
    return switch (logical) {
      case "time-millis" -> (value, out) -> out.putLong(((Number) value).longValue() * 1_000);
      case "time-micros" -> (value, out) -> out.putLong(((Number) value).longValue());
      default -> null;
    };
  }

  private static ValueWriter timestamp(Schema schema, String logical) {
    return switch (logical) {
      case "timestamp-millis", "local-timestamp-millis" ->
          (value, out) -> putMicros(out, Math.multiplyExact((Long) value, 1_000L));
      case "timestamp-micros", "local-timestamp-micros" ->
          (value, out) -> putMicros(out, (Long) value);
      case "timestamp-nanos", "local-timestamp-nanos" ->
          (value, out) -> putMicros(out, Math.floorDiv((Long) value, 1_000L));
      case "" ->
          schema.getType() == Schema.Type.STRING
              ? (value, out) -> putMicros(out, micros(value.toString()))
              : null;
      default -> null;
    };
  }

  private static long micros(String text) {
    boolean hasZone = text.endsWith("Z") || text.matches(".*[+-]\\d\\d(:?\\d\\d)?$");
    Instant instant =
        hasZone && text.indexOf('T') > 0
            ? OffsetDateTime.parse(text).toInstant()
            : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static void putMicros(RowBuffer out, long unixMicros) {
    out.putLong(unixMicros - ColumnKind.EPOCH_MICROS);
  }

  private static ValueWriter binary(Schema schema, String logical) {
    if (!logical.isEmpty()) {
      return null;
    }
    return switch (schema.getType()) {
      case BYTES ->
          (value, out) -> {
            ByteBuffer bytes = (ByteBuffer) value;
            out.putBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
          };
      case FIXED ->
          (value, out) -> {
            byte[] bytes = ((GenericFixed) value).bytes();
            out.putBytes(bytes, 0, bytes.length);
          };
      default -> null;
    };
  }

  private static BigInteger unscaled(Object value) {
    if (value instanceof GenericFixed fixed) {
      return new BigInteger(fixed.bytes());
    }
    ByteBuffer bytes = (ByteBuffer) value;
    return new BigInteger(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  private static void putString(RowBuffer out, Object value) {
    if (value instanceof Utf8 utf8) {
      out.putBytes(utf8.getBytes(), 0, utf8.getByteLength());
    } else {
      putText(out, value.toString());
    }
  }

  private static void putText(RowBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putBytes(bytes, 0, bytes.length);
  }
}
