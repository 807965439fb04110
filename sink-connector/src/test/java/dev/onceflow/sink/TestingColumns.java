package dev.onceflow.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Sends single values through a task into tables of their own, all in one database: by an insert,
 * which is copied straight into its table where it can be, and by an upsert, which is staged.
 */
final class TestingColumns {
  private static final String STAGED = "_staged";
  private static final int VERSION_DIGITS = 10_000;
  private static final AtomicInteger TABLES = new AtomicInteger();

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final int version =
      Integer.parseInt(postgres.query("SHOW server_version_num")) / VERSION_DIGITS;

  TestingColumns(String... preparations) {
    for (String preparation : preparations) {
      postgres.execute(preparation);
    }
  }

  /** The server's major version. */
  int serverVersion() {
    return version;
  }

  /** What the column holds afterwards, or, after a "!", why the record was refused. */
  String written(String columnType, Schema schema, Object value) {
    String table = "t" + TABLES.incrementAndGet();
    String columns = " (id int PRIMARY KEY, v " + columnType + ")";
    postgres.execute("CREATE TABLE " + table + columns);
    postgres.execute("CREATE TABLE " + table + STAGED + columns);
    Schema record =
        SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).field("v", schema).build();
    TestingTopic topic = new TestingTopic(table, 0);
    topic.append("k", new Struct(record).put("id", 1).put("v", value));
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config(table), 100);
    try {
      worker.context.hasDeadLetterQueue = true;
      task.start(config(table));
      worker.assign(Map.of(topic, 0L));
      worker.drain();
    } finally {
      task.stop();
    }
    if (!worker.context.deadLetterReasons.isEmpty()) {
      return "!" + worker.context.deadLetterReasons.get(0).getMessage();
    }
    String inserted = text("SELECT v::text FROM " + table);
    String upserted = text("SELECT v::text FROM " + table + STAGED);
    return inserted.equals(upserted) ? inserted : inserted + " but staged " + upserted;
  }

  private Map<String, String> config(String table) {
    Map<String, String> config = new HashMap<>();
    config.put("name", table);
    config.put("topics", table);
    config.put("connection.url", postgres.url());
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("topic.identity", "unchecked");
    config.put("fence.initial", "earliest");
    config.put("tables", table + "," + table + STAGED);
    config.put("table." + table + ".topic", table);
    config.put("table." + table + ".effect", "insert");
    config.put("table." + table + ".event.id", "field:id");
    config.put("table." + table + STAGED + ".topic", table);
    config.put("table." + table + STAGED + ".effect", "upsert");
    config.put("table." + table + STAGED + ".key", "id");
    config.put("table." + table + STAGED + ".version", "arrival");
    return config;
  }

  private String text(String sql) {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet row = statement.executeQuery(sql)) {
        return row.next() ? String.valueOf(row.getString(1)) : "no row";
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
