package dev.onceflow.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** One connector over small tables, and records for them. */
final class TestingTables {
  static final String NAME = "effects-sink";

  final TestingPostgres postgres = TestingPostgres.freshDatabase();
  final Map<String, String> config = new HashMap<>();

  TestingTables() {
    config.put("name", NAME);
    config.put("connection.url", postgres.url());
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("topic.identity", "unchecked");
    config.put("fence.initial", "earliest");
  }

  /** Sets {@code table.TABLE.*} from pairs of key and value, and names the table. */
  TestingTables table(String table, String... keysAndValues) {
    config.merge("tables", table, (all, more) -> all + "," + more);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      config.put("table." + table + "." + keysAndValues[i], keysAndValues[i + 1]);
      if (keysAndValues[i].equals("topic")) {
        config.merge("topics", keysAndValues[i + 1], (all, more) -> all + "," + more);
      }
    }
    return this;
  }

  /** A worker that has taken the topics from their beginning. */
  TestingWorker worker(TestingTopic... topics) {
    return worker(OnceflowSinkTask::new, topics);
  }

  TestingWorker worker(Supplier<OnceflowSinkTask> task, TestingTopic... topics) {
    OnceflowSinkTask made = task.get();
    TestingWorker worker = new TestingWorker(made, config, 1_000);
    worker.context.hasDeadLetterQueue = true;
    made.start(config);
    Map<TestingTopic, Long> assigned = new HashMap<>();
    for (TestingTopic topic : topics) {
      assigned.put(topic, 0L);
    }
    worker.assign(assigned);
    return worker;
  }

  /** Another worker, that begins anew where the fence is gone: all records come again. */
  void reapply(TestingTopic... topics) {
    postgres.execute("DELETE FROM onceflow.fence");
    worker(topics).drain();
  }

  /** A value of text and whole-number fields, by the classes of the values. */
  static Struct row(Object... namesAndValues) {
    SchemaBuilder schema = SchemaBuilder.struct().name("Row");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      schema.field(
          (String) namesAndValues[i],
          namesAndValues[i + 1] instanceof String
              ? Schema.OPTIONAL_STRING_SCHEMA
              : Schema.OPTIONAL_INT64_SCHEMA);
    }
    Schema built = schema.build();
    Struct row = new Struct(built);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      row.put(
          (String) namesAndValues[i], value instanceof Integer number ? number.longValue() : value);
    }
    return row;
  }
}
