package dev.onceflow.sink;

import dev.onceflow.sink.record.DebeziumShape;
import dev.onceflow.sink.record.RecordShape;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The key that says what records look like. */
final class RecordSettings {
  static final String FORMAT = "record.format";

  private static final String PLAIN = "plain";
  private static final String DEBEZIUM = "debezium";

  private RecordSettings() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition.define(
        FORMAT,
        ConfigDef.Type.STRING,
        PLAIN,
        ValidString.in(PLAIN, DEBEZIUM),
        Importance.MEDIUM,
        "What records look like. plain: the value is the row, as a struct or as a map without a schema."
            + " debezium: change events, with their envelope or flattened; a delete then is what a"
            + " tombstone is, and envelope:NAME reads op, ts_ms or source.lsn.");
  }

  static RecordShape shape(AbstractConfig values) {
    RecordShape shape =
        values.getString(FORMAT).equals(DEBEZIUM) ? new DebeziumShape() : RecordShape.PLAIN;
    return AvroSettings.decoded(values, shape);
  }
}
