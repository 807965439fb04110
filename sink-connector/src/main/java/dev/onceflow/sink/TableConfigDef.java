package dev.onceflow.sink;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Recommender;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The keys of one table as user interfaces and the documentation show them; {@link TableSettings}
 * reads them.
 */
final class TableConfigDef {
  private static final String SOURCES =
      " A SOURCE is a field's name, field:NAME, key:NAME, header:NAME, record:key, record:timestamp,"
          + " record:topic, record:partition, record:offset or, with record.format=debezium,"
          + " envelope:NAME; a NAME may lead into structs and maps by dots.";

  private static final String[][] KEYS = {
    {"topic", "The topic whose records the table takes."},
    {
      "topics.regex",
      "Instead of topic: a regular expression for the names of topics; all must match."
    },
    {
      "when",
      "Only records that meet this: SOURCE=TEXT or SOURCE~REGEX, several with && between. Not given:"
          + " all of the topic's."
          + SOURCES
    },
    {
      "target",
      "The table in the database: a name with ${topic}, ${topic:GROUP} (of topics.regex), ${field:F},"
          + " ${key:F} or ${header:H} in it, each also as ${...|lower} or ${...|snake}. Not given: NAME."
    },
    {
      "effect",
      "insert: a row for each event, once. upsert: for each key, the row that takes precedence."
          + " accumulate: totals for each key, each event once. sql: your own statements over the events"
          + " of a batch, each event once."
    },
    {
      "tombstones",
      "What a record without a value does: ignore (nothing) or error (dead letter queue, or the task"
          + " stops). See delete, too."
    },
    {
      "event.id",
      "insert, accumulate, sql: where the event ID stands. Not given: header:ce_id (CloudEvents)."
    },
    {
      "dedupe",
      "insert: key (a unique column of the table holds the event ID; not given: this) or memory (event"
          + " IDs are remembered in onceflow.processed_events)."
    },
    {
      "columns",
      "insert, upsert: COLUMN=SOURCE or NAME, with commas between. Not given: each field of the value to"
          + " the column of its name. sql: COLUMN TYPE=SOURCE, the columns of the relation batch."
          + SOURCES
    },
    {"key", "upsert, accumulate: COLUMN=SOURCE or NAME, the columns by which rows are unique."},
    {
      "version",
      "upsert: the column that orders the rows of one key, the highest wins; or position (the record's"
          + " offset does), or arrival (the row that came last is kept, safe only as long as the fence"
          + " is)."
    },
    {
      "position.columns",
      "upsert with version=position: two columns (text, bigint) that keep partition and offset."
    },
    {"generation", "upsert by version: an integer column that keeps the connector's generation."},
    {
      "delete",
      "upsert: true lets a tombstone delete the row of its key, in order with the upserts; the deleted"
          + " key's version is kept, so that a late older record doesn't bring the row back."
    },
    {"sum", "accumulate: COLUMN=SOURCE or NAME; values add up."},
    {"min", "accumulate: COLUMN=SOURCE or NAME; the least value is kept."},
    {"max", "accumulate: COLUMN=SOURCE or NAME; the greatest value is kept."},
    {"count", "accumulate: the column that counts events."},
    {
      "statements",
      "sql: statements with semicolons between; they find the batch's first-seen events as the relation"
          + " batch, in the transaction that moves the fence."
    }
  };

  private static final Map<String, List<Object>> CHOICES =
      Map.of(
          "effect", List.of("insert", "upsert", "accumulate", "sql"),
          "tombstones", List.of("error", "ignore"),
          "dedupe", List.of("key", "memory"),
          "delete", List.of("true", "false"));

  private TableConfigDef() {}

  /** The keys of a table of that name. */
  static ConfigDef of(String table) {
    ConfigDef definition = new ConfigDef();
    for (int i = 0; i < KEYS.length; i++) {
      String key = TableSettings.key(table, KEYS[i][0]);
      definition.define(
          key,
          ConfigDef.Type.STRING,
          null,
          i < 2 || KEYS[i][0].equals("effect") ? Importance.HIGH : Importance.MEDIUM,
          KEYS[i][1],
          "Table " + table,
          i + 1,
          Width.LONG,
          key,
          new Choices(CHOICES.getOrDefault(KEYS[i][0], List.of())));
    }
    return definition;
  }

  /** What is documented, for the test that nothing is missing. */
  static List<String> documented() {
    return Arrays.stream(KEYS).map(key -> key[0]).toList();
  }

  private record Choices(List<Object> values) implements Recommender {
    @Override
    public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
      return values;
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsedConfig) {
      return true;
    }
  }
}
