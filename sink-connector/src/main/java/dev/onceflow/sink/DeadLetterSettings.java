package dev.onceflow.sink;

import dev.onceflow.sink.deadletter.DeadLetterPlace;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The key of the table of records that can't be stored. */
final class DeadLetterSettings {
  static final String TABLE = "dlq.table";

  private static final String TOLERANCE = "errors.tolerance";

  private DeadLetterSettings() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition.define(
        TABLE,
        ConfigDef.Type.BOOLEAN,
        false,
        Importance.MEDIUM,
        "Whether records that can't be stored go into table onceflow.dlq of the target database, each"
            + " once, in the transaction of their batch. It holds with any errors.tolerance, for records"
            + " that reach the sink; what a converter or transform can't read never does, and is"
            + " Connect's matter: with errors.tolerance=all it wants a dead letter queue.",
        "Errors",
        1,
        Width.SHORT,
        TABLE);
  }

  static DeadLetterPlace place(AbstractConfig values) {
    if (!values.getBoolean(TABLE)) {
      return DeadLetterPlace.QUEUE;
    }
    // With tolerance none, Connect answers a report with an exception.
    return "all".equals(values.originals().get(TOLERANCE))
        ? DeadLetterPlace.QUEUE_AND_TABLE
        : DeadLetterPlace.TABLE;
  }
}
