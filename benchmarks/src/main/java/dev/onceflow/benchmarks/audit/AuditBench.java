package dev.onceflow.benchmarks.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.schemas.topic.Topics;
import java.io.IOException;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills a table by the real sink, audits it as a process of its own with a small heap, does five
 * things to it behind the sink's back, and audits it again: each must be named.
 */
public final class AuditBench {
  private static final String NAME = "audited";
  private static final int PARTITIONS = 4;
  private static final String HEAP = "-Xmx256m";
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final long POLL_MS = 200;
  private static final String FOREIGN = "01900000-0000-7000-8000-00000000feed";
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
  private static final String TABLE =
      """
      CREATE TABLE ledger_entries (
        entry_id uuid PRIMARY KEY, event_id text NOT NULL, payment_id text NOT NULL,
        account text NOT NULL, account_type text NOT NULL, party_id text NOT NULL,
        kind text NOT NULL, currency text NOT NULL, amount_minor bigint NOT NULL,
        occurred_at timestamptz NOT NULL, booked_on date NOT NULL)""";

  private final Path folder;
  private final long rows;
  private final Consumer<String> out;

  /**
   * Prepares nothing yet.
   *
   * @param rows how many the table gets
   * @param out told of each step
   */
  public AuditBench(Path folder, long rows, Consumer<String> out) {
    this.folder = folder;
    this.rows = rows;
    this.out = out;
  }

  /**
   * Runs all of it.
   *
   * @return whether the audit said what it had to say
   */
  public boolean run() throws Exception {
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.ANY);
        RegistryServer registry = RegistryServer.start(folder.resolve("registry"), FreePort.ANY);
        ConnectWorker worker =
            ConnectWorker.start(
                folder.resolve("connect"),
                FreePort.ANY,
                kafka.bootstrapServers(),
                List.of(Distribution.located().sinkPlugin()))) {
      Path connector = fill(kafka, postgres, registry, worker);
      Audit clean = audit(connector);
      out.accept("as the sink made it: " + clean);
      long lost = rows / 3;
      long doubled = Entries.twinOf(lost, rows);
      long altered = rows / 2;
      damage(postgres, lost, doubled, altered);
      Audit damaged = audit(connector);
      out.accept("one loss and one duplicate in one bucket, one wrong amount, one foreign row: ");
      out.accept(damaged.toString());
      out.accept(damaged.text);
      return clean.code == 0
          && damaged.code == 1
          && damaged.names("MISSING: 1", Entries.id(lost).toString())
          && damaged.names("DUPLICATED: 1", Entries.id(doubled).toString())
          && damaged.names("ALTERED: 1", Entries.id(altered).toString())
          && damaged.names("FOREIGN: 1", FOREIGN);
    }
  }

  private Path fill(
      KafkaServer kafka, PostgresServer postgres, RegistryServer registry, ConnectWorker worker)
      throws Exception {
    kafka.createTopics(List.of(Topics.LEDGER_ENTRIES), PARTITIONS);
    execute(postgres, TABLE);
    long from = System.nanoTime();
    Entries.send(
        rows,
        Map.of(
            "bootstrap.servers", kafka.bootstrapServers(), "schema.registry.url", registry.url()));
    out.accept("%,d records sent in %.0f s".formatted(rows, secondsSince(from)));
    Map<String, String> config = config(kafka, postgres, registry);
    worker.putConnector(NAME, config);
    worker.awaitRunning(NAME, Duration.ofMinutes(1));
    long applied = System.nanoTime();
    while (!query(postgres, "SELECT coalesce(sum(next_offset), 0) FROM onceflow.fence")
        .equals(Long.toString(rows))) {
      if (secondsSince(applied) > LIMIT.toSeconds()) {
        throw new IllegalStateException("The sink has not applied all records within " + LIMIT);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    out.accept("the sink has applied them in %.0f s".formatted(secondsSince(applied)));
    Path connector = folder.resolve("connector.json");
    Files.writeString(connector, new ObjectMapper().writeValueAsString(config));
    return connector;
  }

  private static Map<String, String> config(
      KafkaServer kafka, PostgresServer postgres, RegistryServer registry) {
    String table = "table.ledger_entries.";
    return new TreeMap<>(
        Map.ofEntries(
            Map.entry("name", NAME),
            Map.entry("connector.class", "dev.onceflow.sink.OnceflowSinkConnector"),
            Map.entry("tasks.max", "2"),
            Map.entry("topics", Topics.LEDGER_ENTRIES.name()),
            Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
            Map.entry("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
            Map.entry("avro.registry.url", registry.url()),
            Map.entry("consumer.override.isolation.level", "read_committed"),
            Map.entry("consumer.override.max.poll.records", "20000"),
            Map.entry("consumer.override.max.partition.fetch.bytes", "4194304"),
            Map.entry("kafka.bootstrap.servers", kafka.bootstrapServers()),
            Map.entry("connection.url", postgres.jdbcUrl()),
            Map.entry("tables", "ledger_entries"),
            Map.entry(table + "topic", Topics.LEDGER_ENTRIES.name()),
            Map.entry(table + "effect", "insert"),
            Map.entry(table + "event.id", "field:entry_id")));
  }

  private static void damage(PostgresServer postgres, long lost, long doubled, long altered)
      throws SQLException {
    execute(postgres, "ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_pkey");
    execute(postgres, "CREATE INDEX ON ledger_entries (entry_id)");
    execute(
        postgres, "DELETE FROM ledger_entries WHERE entry_id = '%s'".formatted(Entries.id(lost)));
    execute(
        postgres,
        "INSERT INTO ledger_entries SELECT * FROM ledger_entries WHERE entry_id = '%s'"
            .formatted(Entries.id(doubled)));
    execute(
        postgres,
        "UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE entry_id = '%s'"
            .formatted(Entries.id(altered)));
    execute(
        postgres,
        """
        INSERT INTO ledger_entries
        SELECT '%s', event_id, payment_id, account, account_type, party_id, kind, currency,
          amount_minor, occurred_at, booked_on
        FROM ledger_entries WHERE entry_id = '%s'"""
            .formatted(FOREIGN, Entries.id(altered)));
  }

  /** What an audit said, and what it took. */
  private record Audit(int code, String text, long rows, double seconds, long peakKb) {
    boolean names(String count, String id) {
      return text.contains(count) && text.contains(id);
    }

    @Override
    public String toString() {
      return "exit code %d, %.1f s, %,.0f rows a minute, heap %s, resident at most %,d MB"
          .formatted(code, seconds, rows / seconds * 60, HEAP, peakKb / 1024);
    }
  }

  private Audit audit(Path connector) throws IOException, InterruptedException {
    Path said = Files.createTempFile(folder, "audit", ".txt");
    long from = System.nanoTime();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                ChildJvm.ownClassPath(),
                "dev.onceflow.cli.Main",
                "audit",
                "table",
                "--connector",
                connector.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    long peakKb = 0;
    while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
      peakKb = Math.max(peakKb, peakKb(process.pid()));
      if (secondsSince(from) > LIMIT.toSeconds()) {
        process.destroyForcibly();
        throw new IllegalStateException("The audit has not ended within " + LIMIT);
      }
    }
    double seconds = secondsSince(from);
    return new Audit(process.exitValue(), Files.readString(said), rows, seconds, peakKb);
  }

  /** The kernel's own high-water mark; 0 where there is none. */
  private static long peakKb(long pid) {
    try {
      Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
      return peak.find() ? Long.parseLong(peak.group(1)) : 0;
    } catch (IOException e) {
      // The process has just ended, or this is no Linux.
      return 0;
    }
  }

  private static void execute(PostgresServer postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(PostgresServer postgres, String sql) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      // Before its first claim the sink has made no table.
      return "none";
    }
  }

  private static double secondsSince(long ns) {
    return (System.nanoTime() - ns) / 1e9;
  }
}
