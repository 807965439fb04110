package dev.onceflow.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.FreePort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresProxyIT {
  @TempDir private static Path folder;
  private static PostgresServer postgres;

  private PostgresProxy proxy;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.start(folder, FreePort.ANY);
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void givenAnEmptyTable() throws SQLException {
    proxy = PostgresProxy.start(postgres.port());
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
    }
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private Connection connect() throws SQLException {
    String url = postgres.jdbcUrl().replace(":" + postgres.port(), ":" + proxy.port());
    Connection connection = DriverManager.getConnection(url + "&socketTimeout=2");
    connection.setAutoCommit(false);
    return connection;
  }

  private static void insert(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO t VALUES (1)");
    }
  }

  private static int rows() throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM t")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** What other transactions hold on the table. */
  private static int locks() throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND pid <> pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** pgjdbc sends a COMMIT as text first and as a prepared statement's name later. */
  private void commitTimes(Connection connection, int times) throws SQLException {
    for (int i = 0; i < times; i++) {
      insert(connection);
      connection.commit();
    }
  }

  @Test
  void passesOnWhatItIsGiven() throws SQLException {
    try (Connection connection = connect()) {
      commitTimes(connection, 20);
    }

    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void lostRequestRollsBack() throws SQLException {
    for (int before : new int[] {0, 20}) {
      int rows = rows();
      try (Connection connection = connect()) {
        commitTimes(connection, before);
        proxy.order(Fault.COMMIT_REQUEST_LOST);
        insert(connection);

        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
      }
      assertThat(rows()).isEqualTo(rows + before);
    }
    assertThat(proxy.fired(Fault.COMMIT_REQUEST_LOST)).isEqualTo(2);
  }

  @Test
  void lostAnswerIsCommitted() throws SQLException {
    for (int before : new int[] {0, 20}) {
      int rows = rows();
      try (Connection connection = connect()) {
        commitTimes(connection, before);
        proxy.order(Fault.COMMIT_ANSWER_LOST);
        insert(connection);

        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
      }
      assertThat(rows()).isEqualTo(rows + before + 1);
    }
    assertThat(proxy.fired(Fault.COMMIT_ANSWER_LOST)).isEqualTo(2);
  }

  @Test
  void faultsPassTransactionsThatOnlyRead() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (Fault fault : Fault.values()) {
        proxy.order(fault);
        statement.execute("SELECT count(*) FROM t");
        connection.commit();

        assertThat(proxy.fired(fault)).isZero();
      }
    }
  }

  @Test
  void redirectedConnectionsReachTheOtherServer() throws SQLException {
    try (PostgresProxy farther = PostgresProxy.start(postgres.port());
        Connection before = connect()) {
      proxy.redirect(farther.port());
      assertThatThrownBy(() -> insert(before)).isInstanceOf(SQLException.class);
      farther.order(Fault.COMMIT_ANSWER_LOST);

      try (Connection connection = connect()) {
        insert(connection);
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
      }
      assertThat(farther.fired(Fault.COMMIT_ANSWER_LOST)).isOne();
    }
    assertThat(rows()).isOne();
  }

  @Test
  void delaysWhatIsSentAndLosesNothing() throws SQLException {
    try (Connection connection = connect()) {
      proxy.delay(50);
      long fromNs = System.nanoTime();

      commitTimes(connection, 2);

      assertThat(System.nanoTime() - fromNs).isGreaterThan(100_000_000L);
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void stuckRequestHoldsItsLocks() throws SQLException {
    try (Connection connection = connect()) {
      proxy.order(Fault.COMMIT_REQUEST_STUCK);
      insert(connection);
      assertThatThrownBy(connection::commit).hasRootCauseMessage("Read timed out");
    }

    assertThat(proxy.fired(Fault.COMMIT_REQUEST_STUCK)).isOne();
    assertThat(rows()).isZero();
    assertThat(locks()).isPositive();

    proxy.restore();

    // Its connection has lost something, so it was cut: the server rolls back.
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> locks() == 0);
    assertThat(rows()).isZero();
  }

  @Test
  void blackHoleSwallowsAndRestoreLetsInAgain() throws SQLException {
    try (Connection connection = connect()) {
      insert(connection);
      proxy.blackHole();
      assertThatThrownBy(connection::commit).hasRootCauseMessage("Read timed out");
    }
    // The client has hung up, and the server hasn't heard of it.
    assertThat(locks()).isPositive();
    assertThat(proxy.counts().swallowed().toServer()).isPositive();
    proxy.restore();

    try (Connection connection = connect()) {
      commitTimes(connection, 1);
    }
    assertThat(rows()).isOne();
  }

  @Test
  void answerThatGetsLostOnAHalfOpenLineWasGivenAllTheSame() throws SQLException {
    try (Connection connection = connect()) {
      insert(connection);
      proxy.halfOpen(Direction.TO_CLIENT);

      assertThatThrownBy(connection::commit).hasRootCauseMessage("Read timed out");
    }
    assertThat(rows()).isOne();
  }

  @Test
  void downIsDownUntilItIsRestored() throws SQLException {
    proxy.goDown();
    assertThatThrownBy(this::connect).isInstanceOf(SQLException.class);
    assertThat(proxy.counts().refused()).isPositive();

    proxy.restore();

    connect().close();
  }
}
