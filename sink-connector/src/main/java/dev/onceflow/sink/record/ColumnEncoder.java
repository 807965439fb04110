package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/** Writes values of one Connect schema into one column, exactly or not at all. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
@FunctionalInterface
public interface ColumnEncoder {
  long DAY_MS = 86_400_000L;
  int UUID_LENGTH = 36;

  /**
   * Writes one value that is not null.
   *
   * @throws UnfitValueException where the column would hold something else than the value
   */
  void encode(Object value, CopyBuffer out);

  /** The encoder, or empty where values of that schema can't go to that column. */
  static Optional<ColumnEncoder> of(Schema schema, TargetColumn column) {
    ColumnType type = column.type().orElse(null);
    if (type == null) {
      return Optional.empty();
    }
    ColumnEncoder encoder =
        schema.name() == null
            ? ofType(schema.type(), type, column)
            : switch (schema.name()) {
              case Decimal.LOGICAL_NAME -> ofDecimal(type, column);
              case Timestamp.LOGICAL_NAME -> ofTimestamp(type);
              case Date.LOGICAL_NAME -> ofDate(type);
              default -> ofType(schema.type(), type, column);
            };
    return Optional.ofNullable(encoder);
  }

  private static ColumnEncoder ofType(Schema.Type from, ColumnType type, TargetColumn column) {
    return switch (from) {
      case INT8, INT16, INT32, INT64 -> ofInteger(type, column);
      case BOOLEAN -> type == ColumnType.BOOL ? (value, out) -> out.putBool((Boolean) value) : null;
      case STRING -> ofString(type, column);
      case FLOAT32 ->
          switch (type) {
            case FLOAT4 -> (value, out) -> out.putFloat4((Float) value);
            case FLOAT8 -> (value, out) -> out.putFloat8((Float) value);
            default -> null;
          };
      case FLOAT64 ->
          type == ColumnType.FLOAT8 ? (value, out) -> out.putFloat8((Double) value) : null;
      case BYTES ->
          type == ColumnType.BYTEA
              ? (value, out) ->
                  out.putBytes(
                      value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : (ByteBuffer) value)
              : null;
      default -> null;
    };
  }

  private static ColumnEncoder ofInteger(ColumnType type, TargetColumn column) {
    return switch (type) {
      case INT2 ->
          (value, out) ->
              out.putInt2((short) within((Number) value, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT4 ->
          (value, out) ->
              out.putInt4((int) within((Number) value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT8 -> (value, out) -> out.putInt8(((Number) value).longValue());
      case NUMERIC ->
          (value, out) ->
              out.putNumeric(fitted(BigDecimal.valueOf(((Number) value).longValue()), column));
      default -> null;
    };
  }

  private static long within(Number value, long min, long max) {
    long number = value.longValue();
    if (number < min || number > max) {
      throw new UnfitValueException("outside " + min + " to " + max);
    }
    return number;
  }

  private static ColumnEncoder ofString(ColumnType type, TargetColumn column) {
    return switch (type) {
      case TEXT -> (value, out) -> out.putText((String) value);
      case VARCHAR -> {
        int max = column.charactersMax().orElse(Integer.MAX_VALUE);
        yield (value, out) -> {
          String text = (String) value;
          if (text.length() > max && text.codePointCount(0, text.length()) > max) {
            throw new UnfitValueException("longer than " + max + " characters");
          }
          out.putText(text);
        };
      }
      case UUID -> (value, out) -> out.putUuid(uuid((String) value));
      case JSONB -> (value, out) -> out.putJsonb((String) value);
      default -> null;
    };
  }

  private static UUID uuid(String text) {
    try {
      if (text.length() == UUID_LENGTH) {
        return UUID.fromString(text);
      }
    } catch (IllegalArgumentException notAUuid) {
      // Said below.
    }
    throw new UnfitValueException("no UUID in its canonical form of 36 characters");
  }

  private static ColumnEncoder ofDecimal(ColumnType type, TargetColumn column) {
    return type == ColumnType.NUMERIC
        ? (value, out) -> out.putNumeric(fitted((BigDecimal) value, column))
        : null;
  }

  /** PostgreSQL rounds what has too many digits after the point; here that is refused. */
  private static BigDecimal fitted(BigDecimal value, TargetColumn column) {
    if (column.precision().isEmpty()) {
      return value;
    }
    int precision = column.precision().get();
    int scale = column.scale().orElseThrow();
    BigDecimal exact = value.scale() > scale ? value.stripTrailingZeros() : value;
    if (exact.scale() > scale) {
      throw new UnfitValueException(
          "has " + exact.scale() + " digits after the point and would be rounded");
    }
    if (exact.signum() != 0 && exact.precision() - exact.scale() > precision - scale) {
      throw new UnfitValueException(
          "has more than " + (precision - scale) + " digits before the point");
    }
    return exact;
  }

  private static ColumnEncoder ofTimestamp(ColumnType type) {
    return switch (type) {
      case TIMESTAMPTZ, TIMESTAMP ->
          (value, out) -> out.putTimestamp(((java.util.Date) value).getTime());
      default -> null;
    };
  }

  private static ColumnEncoder ofDate(ColumnType type) {
    return switch (type) {
      case DATE ->
          (value, out) -> out.putDate(Math.floorDiv(((java.util.Date) value).getTime(), DAY_MS));
      default -> null;
    };
  }
}
