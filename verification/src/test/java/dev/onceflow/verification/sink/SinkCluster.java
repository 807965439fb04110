package dev.onceflow.verification.sink;

import dev.onceflow.local.Distribution;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.proxy.PostgresProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * Real Kafka, PostgreSQL behind a proxy that makes faults, and Connect workers of one group, for
 * the sink connector alone: no job, no registry.
 */
final class SinkCluster implements AutoCloseable {
  private final Path folder;
  private final KafkaServer kafka;
  private final ConnectVersion version;
  private final PostgresProxy proxy;
  private final Admin admin;
  private final List<ConnectWorker> workers = new ArrayList<>();
  private PostgresServer postgres;

  SinkCluster(Path folder, ConnectVersion version) {
    this.folder = folder;
    this.version = version;
    this.kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
    this.postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.ANY);
    this.proxy = PostgresProxy.start(postgres.port());
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** One worker more. */
  ConnectWorker startWorker() {
    ConnectWorker worker =
        version.start(
            folder.resolve("connect-" + workers.size()),
            kafka.bootstrapServers(),
            List.of(Distribution.located().sinkPlugin()));
    workers.add(worker);
    return worker;
  }

  KafkaServer kafka() {
    return kafka;
  }

  /** The server that the proxy leads to. */
  PostgresServer postgres() {
    return postgres;
  }

  /**
   * Leads the proxy, and what is asked here, to another server, which is closed with the cluster.
   */
  void failOverTo(PostgresServer other) {
    postgres.close();
    postgres = other;
    proxy.redirect(other.port());
  }

  PostgresProxy proxy() {
    return proxy;
  }

  Admin admin() {
    return admin;
  }

  /** The database, as the sink reaches it. */
  String urlThroughProxy(String database) {
    return url(proxy.port(), database);
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s"
        .formatted(port, database, PostgresServer.NAME);
  }

  /** Executes statements, each in a transaction of its own. */
  void execute(String database, String... statements) {
    try (Connection connection = DriverManager.getConnection(url(postgres.port(), database));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(String.join("; ", statements), e);
    }
  }

  /** All rows as text, fields with commas between, rows with spaces between. */
  String query(String database, String sql) {
    try (Connection connection = DriverManager.getConnection(url(postgres.port(), database));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> fields = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          fields.add(row.getString(i));
        }
        rows.add(String.join(",", fields));
      }
      return String.join(" ", rows);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public void close() {
    workers.forEach(ConnectWorker::close);
    admin.close();
    proxy.close();
    postgres.close();
    kafka.close();
  }
}
