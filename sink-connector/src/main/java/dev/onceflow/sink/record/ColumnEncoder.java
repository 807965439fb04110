package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.ColumnType;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetType;
import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;

/**
 * Writes values into one column, exactly or not at all. Chosen once for each schema and column:
 * what values of the schema mean ({@link Meaning}) is brought together with what the column's type
 * holds.
 */
@FunctionalInterface
public interface ColumnEncoder {
  /**
   * Writes one value that is not null.
   *
   * @throws UnfitValueException where the column would hold something else than the value
   */
  void encode(Object value, CopyBuffer out);

  /** The encoder, or empty where values of that schema can't go to that column. */
  static Optional<ColumnEncoder> of(Schema schema, TargetColumn column) {
    return of(Meaning.of(schema), column.valueType());
  }

  /**
   * The encoder for values without a schema: each is taken for what its Java class says. Belongs to
   * one thread, since it remembers the class that came last.
   */
  static ColumnEncoder untyped(TargetColumn column) {
    return new UntypedEncoder(column.valueType());
  }

  /** The encoder, or empty where values of that meaning can't go to that type. */
  static Optional<ColumnEncoder> of(Meaning meaning, TargetType target) {
    if (!target.isBinary()) {
      return StagedTexts.of(meaning, target).map(ColumnEncoder::asText);
    }
    ColumnType type = target.type().orElseThrow();
    return switch (type) {
      case BOOL -> BooleanEncoders.of(meaning);
      case INT2, INT4, INT8, OID -> IntegerEncoders.of(meaning, type);
      case FLOAT4, FLOAT8 -> FloatEncoders.of(meaning, type);
      case NUMERIC, MONEY -> DecimalEncoders.of(meaning, target);
      case TEXT, VARCHAR, BPCHAR, CITEXT, NAME, INTERNAL_CHAR, ENUM ->
          TextEncoders.of(meaning, target);
      case JSON, JSONB -> JsonEncoders.of(meaning, type);
      case BYTEA -> BinaryEncoders.bytea(meaning);
      case UUID -> BinaryEncoders.uuid(meaning);
      case BIT, VARBIT -> BitEncoders.of(meaning, target);
      case INET, CIDR, MACADDR, MACADDR8 -> NetworkEncoders.of(meaning, type);
      case DATE -> TemporalEncoders.date(meaning);
      case TIME, TIMETZ -> TemporalEncoders.time(meaning, target);
      case TIMESTAMP, TIMESTAMPTZ -> TemporalEncoders.timestamp(meaning, target);
      case INTERVAL -> TemporalEncoders.interval(meaning, target);
      case POINT -> PointEncoders.of(meaning);
      case ARRAY -> ArrayEncoders.of(meaning, target);
      case HSTORE, VECTOR -> throw new IllegalStateException(type + " is staged as text");
    };
  }

  private static ColumnEncoder asText(Function<Object, String> form) {
    return (value, out) -> out.putText(form.apply(value));
  }
}
