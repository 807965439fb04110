package dev.onceflow.sink.record;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Debezium's change events, with their envelope (op, before, after, source) or flattened by its
 * ExtractNewRecordState transform, as structs or as maps without a schema.
 *
 * <pre>
 * op c, u, r                    the row is after
 * op d                          the row of the key is gone
 * op t                          refused: a truncate says nothing of any record
 * op m, heartbeats, transactions, schema changes   pass by
 * flattened, __deleted=true     the row of the key is gone
 * anything else                 as it is
 * </pre>
 */
public final class DebeziumShape implements RecordShape {
  private static final String OP = "op";
  private static final String AFTER = "after";
  private static final String DELETED = "__deleted";
  private static final Set<String> PASSED_BY =
      Set.of(
          "io.debezium.connector.common.Heartbeat",
          "io.debezium.connector.common.TransactionMetadataValue");
  private static final String SCHEMA_CHANGE = ".SchemaChangeValue";

  @Override
  public SinkRecord read(SinkRecord delivered) {
    Object value = delivered.value();
    if (value == null || isPassedBy(delivered.valueSchema())) {
      return value == null ? delivered : null;
    }
    Object op = field(value, OP);
    if (op instanceof String operation && hasField(value, AFTER)) {
      return taken(delivered, operation, field(value, AFTER));
    }
    return "true".equals(String.valueOf(field(value, DELETED)))
        ? new EnvelopeRecord(delivered, null, null)
        : delivered;
  }

  private static boolean isPassedBy(Schema schema) {
    return schema != null
        && schema.name() != null
        && (PASSED_BY.contains(schema.name()) || schema.name().endsWith(SCHEMA_CHANGE));
  }

  private static SinkRecord taken(SinkRecord delivered, String operation, Object after) {
    return switch (operation) {
      case "c", "u", "r" -> {
        if (after == null) {
          throw new UnfitRecordException(
              "record %s is a change event with op=%s and without after"
                  .formatted(Coordinates.text(delivered), operation));
        }
        yield new EnvelopeRecord(
            delivered, after instanceof Struct struct ? struct.schema() : null, after);
      }
      case "d" -> new EnvelopeRecord(delivered, null, null);
      case "m" -> null;
      default ->
          throw new UnfitRecordException(
              "record %s is a change event with op=%s, which the sink doesn't do; exclude such events at their source"
                  .formatted(Coordinates.text(delivered), operation));
    };
  }

  private static boolean hasField(Object value, String name) {
    return value instanceof Struct struct
        ? struct.schema().field(name) != null
        : value instanceof Map<?, ?> map && map.containsKey(name);
  }

  private static Object field(Object value, String name) {
    if (!hasField(value, name)) {
      return null;
    }
    return value instanceof Struct struct ? struct.get(name) : ((Map<?, ?>) value).get(name);
  }
}
