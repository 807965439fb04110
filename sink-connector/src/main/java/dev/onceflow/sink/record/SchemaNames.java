package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * What the names of schemas say of their values: Connect's logical types, Debezium's semantic
 * types, and Avro's logical types under the names and in the parameter that converters leave them
 * in. A name counts only with the type that belongs to it; anything else is taken for its type.
 */
final class SchemaNames {
  private static final String AVRO_PARAMETER = "logicalType";
  private static final String BITS_LENGTH = "length";
  private static final int BITS_ANY = Integer.MAX_VALUE;
  private static final String DEBEZIUM_TIME = "io.debezium.time.";
  private static final String DEBEZIUM_DATA = "io.debezium.data.";

  private SchemaNames() {}

  static Optional<Meaning> meaning(Schema schema) {
    String name = schema.name();
    if (name == null) {
      return schema.parameters() == null
          ? Optional.empty()
          : Optional.ofNullable(schema.parameters().get(AVRO_PARAMETER))
              .flatMap(logicalType -> AvroNames.meaning(logicalType, schema.type()));
    }
    if (name.startsWith(DEBEZIUM_TIME)) {
      return DebeziumTimes.meaning(name.substring(DEBEZIUM_TIME.length()), schema.type());
    }
    if (name.startsWith(DEBEZIUM_DATA)) {
      return debeziumData(name.substring(DEBEZIUM_DATA.length()), schema);
    }
    return connect(name).or(() -> AvroNames.meaning(name, schema.type()));
  }

  private static Optional<Meaning> connect(String name) {
    return switch (name) {
      case Decimal.LOGICAL_NAME -> Optional.of(new Meaning.Exact(BigDecimal.class::cast));
      case org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
          Optional.of(new Meaning.Day(Times::dayOfDate));
      case org.apache.kafka.connect.data.Time.LOGICAL_NAME ->
          Optional.of(new Meaning.TimeOfDay(Times::timeOfDate));
      case org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME ->
          Optional.of(new Meaning.Moment(Times::microsOfDate, Meaning.Zone.UTC));
      default -> Optional.empty();
    };
  }

  private static Optional<Meaning> debeziumData(String name, Schema schema) {
    return Optional.ofNullable(
        switch (name) {
          case "Bits" -> schema.type() == Schema.Type.BYTES ? bits(schema) : null;
          case "EnumSet" -> schema.type() == Schema.Type.STRING ? new Meaning.TextSet() : null;
          case "VariableScaleDecimal" ->
              schema.type() == Schema.Type.STRUCT
                  ? new Meaning.Exact(SchemaNames::variableScale)
                  : null;
          case "SparseVector" ->
              schema.type() == Schema.Type.STRUCT ? new Meaning.SparseVector() : null;
          case "geometry.Point" -> schema.type() == Schema.Type.STRUCT ? new Meaning.Point() : null;
          case "geometry.Geometry", "geometry.Geography" ->
              schema.type() == Schema.Type.STRUCT ? new Meaning.Geometry() : null;
          // Json, Xml, Uuid, Enum, Ltree are texts; FloatVector and DoubleVector are arrays.
          default -> null;
        });
  }

  private static Meaning bits(Schema schema) {
    String length = schema.parameters() == null ? null : schema.parameters().get(BITS_LENGTH);
    return new Meaning.Bits(
        Optional.ofNullable(length).map(Integer::valueOf).filter(bits -> bits != BITS_ANY));
  }

  private static BigDecimal variableScale(Object value) {
    Struct struct = (Struct) value;
    byte[] unscaled = Bytes.of(struct.get("value"));
    Integer scale = struct.getInt32("scale");
    if (unscaled.length == 0 || scale == null) {
      throw new UnfitValueException("a decimal of variable scale without its scale or its digits");
    }
    return new BigDecimal(new BigInteger(unscaled), scale);
  }
}
