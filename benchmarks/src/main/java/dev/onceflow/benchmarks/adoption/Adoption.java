package dev.onceflow.benchmarks.adoption;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Debezium's sink writes a table; ours takes it over while orders go on coming; then one row is
 * corrupted, and a comparison names it. A trigger counts every row that is written, so that one
 * that is written twice shows.
 */
public final class Adoption {
  private static final String NAME = "orders-to-postgres";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SOLD_BEFORE = 100_000;
  private static final int PARTITIONS = 3;
  private static final long POLL_MS = 50;
  private static final String COUNT_WRITES =
      """
      CREATE TABLE writes (id text);
      CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO writes VALUES (NEW.id); RETURN NEW; END';
      CREATE TRIGGER note_write AFTER INSERT OR UPDATE ON orders
        FOR EACH ROW EXECUTE FUNCTION note_write()""";

  private final Path folder;
  private final Consumer<String> out;
  private final long fromNs = System.nanoTime();

  /**
   * Prepares nothing yet.
   *
   * @param out told of each step, with its time
   */
  public Adoption(Path folder, Consumer<String> out) {
    this.folder = folder;
    this.out = out;
  }

  /**
   * Runs all of it.
   *
   * @return whether topic and table agreed after the change, and the corrupted row, alone, was
   *     named
   */
  public boolean run() throws Exception {
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Files.createSymbolicLink(plugins.resolve("debezium"), peers());
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.ANY);
        ConnectWorker worker =
            ConnectWorker.start(
                folder.resolve("connect"),
                FreePort.ANY,
                kafka.bootstrapServers(),
                List.of(plugins));
        Shop shop = new Shop(kafka.bootstrapServers())) {
      step("a plain worker runs, with Debezium's JDBC sink as its only plugin");
      begin(kafka, postgres, worker, shop);
      replace(kafka, postgres, worker, plugins);
      return check(kafka, postgres, shop);
    }
  }

  private static Path peers() {
    Path peers =
        Distribution.located().home().resolve("benchmarks/target/peers/debezium-connector-jdbc");
    if (!Files.isDirectory(peers)) {
      throw new UserException(
          peers + " is missing. Fetch it with 'mvn -Ppeers -Dquick -pl benchmarks -am package'.");
    }
    return peers;
  }

  private void begin(KafkaServer kafka, PostgresServer postgres, ConnectWorker worker, Shop shop)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      NewTopic topic = new NewTopic(Shop.TOPIC, Optional.of(PARTITIONS), Optional.empty());
      admin.createTopics(List.of(topic)).all().get();
    }
    execute(postgres, Shop.TABLE, COUNT_WRITES);
    worker.putConnector(NAME, debezium(postgres));
    shop.sell(SOLD_BEFORE);
    shop.open();
    await(postgres, SOLD_BEFORE);
    step("it has written %,d orders, and about 200 more come each second".formatted(SOLD_BEFORE));
  }

  private static Map<String, String> debezium(PostgresServer postgres) {
    return Map.ofEntries(
        Map.entry("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"),
        Map.entry("topics", Shop.TOPIC),
        Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
        Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        Map.entry("connection.url", postgres.jdbcUrl()),
        Map.entry("connection.username", PostgresServer.NAME),
        Map.entry("connection.password", "none-is-asked"),
        Map.entry("insert.mode", "insert"),
        Map.entry("primary.key.mode", "record_value"),
        Map.entry("primary.key.fields", "id"),
        Map.entry("collection.name.format", Shop.TOPIC));
  }

  private void replace(
      KafkaServer kafka, PostgresServer postgres, ConnectWorker worker, Path plugins)
      throws Exception {
    unpack(zip(), plugins);
    worker.process().stop();
    worker.restart();
    worker.awaitRunning(NAME, LIMIT);
    step("our zip is unpacked into plugin.path, the worker started again");
    worker.stopConnector(NAME);
    worker.deleteConnector(NAME);
    step("the old connector is stopped and deleted; its group's offsets stay");
    Map<String, String> ours =
        new TreeMap<>(
            Map.ofEntries(
                Map.entry("connector.class", "dev.onceflow.sink.OnceflowSinkConnector"),
                Map.entry("topics", Shop.TOPIC),
                Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
                Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
                Map.entry("consumer.override.isolation.level", "read_committed"),
                Map.entry("connection.url", postgres.jdbcUrl()),
                Map.entry("kafka.bootstrap.servers", kafka.bootstrapServers()),
                Map.entry("fence.initial", "group"),
                Map.entry("tables", "orders"),
                Map.entry("table.orders.topic", Shop.TOPIC),
                Map.entry("table.orders.effect", "insert"),
                Map.entry("table.orders.event.id", "field:id")));
    worker.putConnector(NAME, ours);
    worker.awaitRunning(NAME, LIMIT);
    step("ours runs under the same name, with " + ours.size() + " lines:");
    ours.forEach((key, value) -> out.accept("    " + key + "=" + value));
  }

  private static Path zip() throws IOException {
    Path target = Distribution.located().home().resolve("sink-connector/target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("onceflow-sink-.*\\.zip"))
          .findFirst()
          .orElseThrow(() -> new UserException("No zip of the sink is in " + target));
    }
  }

  private static void unpack(Path zip, Path folder) throws IOException {
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(file)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException(entry.getName() + " leads out of " + folder);
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(entries, target);
        }
      }
    }
  }

  private boolean check(KafkaServer kafka, PostgresServer postgres, Shop shop) throws Exception {
    int before = shop.sent();
    await(postgres, before + 1_000);
    shop.close();
    await(postgres, shop.sent());
    Comparison after = Comparison.of(kafka.bootstrapServers(), postgres.jdbcUrl());
    long written = count(postgres, "SELECT count(*) FROM writes");
    step("the shop is closed; " + after);
    step("the trigger counted %,d written rows for %,d orders".formatted(written, shop.sent()));
    execute(
        postgres,
        "UPDATE orders SET amount_minor = amount_minor + 1"
            + " WHERE id = (SELECT id FROM orders ORDER BY id OFFSET 50000 LIMIT 1)");
    Comparison corrupted = Comparison.of(kafka.bootstrapServers(), postgres.jdbcUrl());
    step("one row was corrupted by hand; " + corrupted);
    return after.differences().isEmpty()
        && written == shop.sent()
        && corrupted.differences().size() == 1;
  }

  private void step(String what) {
    out.accept("%6.1f s  %s".formatted((System.nanoTime() - fromNs) / 1e9, what));
  }

  private static void execute(PostgresServer postgres, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static long count(PostgresServer postgres, String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void await(PostgresServer postgres, int rows)
      throws SQLException, InterruptedException {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    while (count(postgres, "SELECT count(*) FROM orders") < rows) {
      if (System.nanoTime() > deadlineNs) {
        throw new UserException("The table doesn't get its " + rows + " rows.");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }
}
