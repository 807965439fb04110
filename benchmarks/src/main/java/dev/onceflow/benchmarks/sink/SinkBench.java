package dev.onceflow.benchmarks.sink;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.FreePort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Kafka, PostgreSQL and one Connect worker with both sinks, which take the same topic in turns.
 * Closing it ends all processes.
 */
public final class SinkBench implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration RUN_LIMIT = Duration.ofMinutes(10);
  private static final long POLL_MS = 20;
  private static final double MILLION = 1e6;

  private final int records;
  private final KafkaServer kafka;
  private final PostgresServer postgres;
  private final ConnectWorker worker;
  private int runs;

  /**
   * Starts the servers.
   *
   * @param records how many each topic gets
   */
  public SinkBench(Path folder, int records) {
    this.records = records;
    Path peers = Distribution.located().home().resolve("benchmarks/target/peers");
    if (!Files.isDirectory(peers)) {
      throw new UserException(
          "%s is missing. Fetch it with 'mvn -Ppeers -Dquick -pl benchmarks -am package'."
              .formatted(peers));
    }
    kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
    postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.ANY);
    worker =
        ConnectWorker.start(
            folder.resolve("connect"),
            FreePort.ANY,
            kafka.bootstrapServers(),
            List.of(Distribution.located().sinkPlugin(), peers),
            List.of("-Xmx1g"));
  }

  /**
   * Measures one case: a warm-up of each sink, then repetitions in turns.
   *
   * @param progress told of each figure
   */
  public Measurement measure(Case which, int repetitions, Consumer<String> progress)
      throws Exception {
    Orders orders = new Orders(which, records);
    String topic = "bench-" + which.lowerCase();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
          .all()
          .get();
    }
    orders.produce(kafka.bootstrapServers(), topic);
    List<Figures> ours = new ArrayList<>();
    List<Figures> peers = new ArrayList<>();
    for (int i = 0; i <= repetitions; i++) {
      Figures our = run(which, orders, topic, Sink.ONCEFLOW);
      Figures peer = run(which, orders, topic, Sink.DEBEZIUM);
      progress.accept(
          "%s %s: onceflow %,.0f rows/s, debezium %,.0f rows/s"
              .formatted(
                  which,
                  i == 0 ? "warm-up" : "repetition " + i,
                  our.rowsPerSecond(),
                  peer.rowsPerSecond()));
      if (i > 0) {
        ours.add(our);
        peers.add(peer);
      }
    }
    return Measurement.of(ours, peers);
  }

  private enum Sink {
    ONCEFLOW,
    DEBEZIUM
  }

  private Figures run(Case which, Orders orders, String topic, Sink sink) throws Exception {
    runs++;
    String table = "orders_" + runs;
    String connector = "bench-" + runs;
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(orders.createTable(table));
      statement.execute("CHECKPOINT");
      double workerFrom = CpuTime.seconds(worker.process());
      double databaseFrom = CpuTime.seconds(postgres.process());
      worker.putConnector(
          connector,
          sink == Sink.ONCEFLOW
              ? Connectors.onceflow(
                  which, topic, table, postgres.jdbcUrl(), kafka.bootstrapServers())
              : Connectors.debezium(which, topic, table, postgres.jdbcUrl(), PostgresServer.NAME));
      worker.awaitRunning(connector, START_LIMIT);
      long fromNs = awaitRow(statement, "SELECT 1 FROM " + table + " LIMIT 1", connector);
      long toNs = awaitRow(statement, orders.lastIsThere(table), connector);
      double worked = CpuTime.seconds(worker.process()) - workerFrom;
      worker.deleteConnector(connector);
      // Ended sessions count with their parent.
      double stored = CpuTime.seconds(postgres.process()) - databaseFrom;
      check(statement, table, orders);
      statement.execute("DROP TABLE " + table);
      double seconds = (toNs - fromNs) / (double) TimeUnit.SECONDS.toNanos(1);
      return new Figures(records / seconds, worked / records * MILLION, stored / records * MILLION);
    }
  }

  private long awaitRow(Statement statement, String query, String connector)
      throws SQLException, InterruptedException {
    long deadlineNs = System.nanoTime() + RUN_LIMIT.toNanos();
    while (System.nanoTime() < deadlineNs) {
      try (ResultSet row = statement.executeQuery(query)) {
        if (row.next()) {
          return System.nanoTime();
        }
      }
      worker
          .status(connector)
          .failure()
          .ifPresent(
              trace -> {
                throw new UserException("Connector %s has failed: %s".formatted(connector, trace));
              });
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    throw new UserException(
        "Connector %s wasn't done within %d s.".formatted(connector, RUN_LIMIT.toSeconds()));
  }

  private static void check(Statement statement, String table, Orders orders) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      if (row.getLong(1) != orders.rows()) {
        throw new UserException(
            "Table %s has %,d rows, expected %,d: what was measured is no sink."
                .formatted(table, row.getLong(1), orders.rows()));
      }
    }
  }

  @Override
  public void close() {
    worker.close();
    postgres.close();
    kafka.close();
  }
}
