package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.sink.schema.CatalogueWatch;
import dev.onceflow.sink.schema.StaleDescription;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody else does to target tables is noticed. */
class CatalogueWatchIT {
  // One for all tests, emptied for each: a hundred databases take the server a minute to stop.
  private static final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final AtomicLong nowMs = new AtomicLong();
  private final CatalogueWatch watch =
      new CatalogueWatch(() -> Instant.ofEpochMilli(nowMs.get()), 1_000);
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    postgres.execute(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC; DROP SCHEMA IF EXISTS s CASCADE");
    postgres.execute(
        "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY, v varchar(3)); CREATE TABLE u (id int)");
    connection = postgres.connect();
    watch.remember(connection, List.of("s.t", "u", "missing"));
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE s.t ADD COLUMN n int",
        "ALTER TABLE s.t DROP COLUMN v",
        "ALTER TABLE s.t RENAME COLUMN v TO w",
        "ALTER TABLE s.t ALTER COLUMN v TYPE varchar(4)",
        "ALTER TABLE s.t ALTER COLUMN v SET NOT NULL",
        "ALTER TABLE s.t ALTER COLUMN v SET DEFAULT ''",
        "ALTER TABLE s.t DROP CONSTRAINT t_pkey",
        "CREATE UNIQUE INDEX ON s.t (v)",
        "DROP TABLE s.t",
        "ALTER TABLE s.t RENAME TO gone",
        "DROP TABLE s.t; CREATE TABLE s.t (id int PRIMARY KEY, v varchar(3))"
      })
  void everyChangeIsNoticedOnce(String ddl) throws SQLException {
    postgres.execute(ddl);

    assertThat(watch.changedNow(connection)).containsExactly("s.t");
    assertThat(watch.changedNow(connection)).isEmpty();
  }

  @Test
  void tableThatAppearsIsNoticed() throws SQLException {
    postgres.execute("CREATE TABLE missing ()");

    assertThat(watch.changedNow(connection)).containsExactly("missing");
  }

  @Test
  void rowsAndOtherTablesAreNoChange() throws SQLException {
    postgres.execute(
        "INSERT INTO u VALUES (1); CREATE TABLE other (); ANALYZE; CREATE INDEX ON s.t (v)");

    assertThat(watch.changedNow(connection)).isEmpty();
  }

  @Test
  void isDueOnceInItsTime() throws SQLException {
    assertThat(watch.isDue()).isFalse();
    nowMs.set(1_000);
    assertThat(watch.isDue()).isTrue();

    watch.changedNow(connection);

    nowMs.set(1_999);
    assertThat(watch.isDue()).isFalse();
  }

  @Test
  void whatIsRememberedIsNotRememberedAnewWithoutBeingTold() throws SQLException {
    postgres.execute("ALTER TABLE u ADD COLUMN n int");

    watch.remember(connection, List.of("s.t", "u"));

    assertThat(watch.changedNow(connection)).containsExactly("u");
  }

  @Test
  void forgottenTablesAreNotLookedAt() throws SQLException {
    watch.forget("u");
    postgres.execute("DROP TABLE u");

    assertThat(watch.changedNow(connection)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO s.t (id, gone) VALUES (1, 1)",
        "INSERT INTO s.gone VALUES (1)",
        "INSERT INTO s.t (id) VALUES (now())",
        "INSERT INTO s.t (id) VALUES (1) ON CONFLICT (v) DO NOTHING",
        "INSERT INTO s.t (v) VALUES ('a')",
        "INSERT INTO s.t (id, v) SELECT 1, 'abcd'"
      })
  void failuresThatAChangeWouldExplainAreSuspected(String sql) {
    assertThat(StaleDescription.isSuspected(failureOf(sql))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1 / 0", "SELECT pg_sleep(-1), 'x'::int", "SELECT (", ""})
  void othersAreNot(String sql) {
    SQLException failure = sql.isEmpty() ? new SQLException("no state") : failureOf(sql);

    assertThat(StaleDescription.isSuspected(failure)).isFalse();
  }

  private SQLException failureOf(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
      throw new AssertionError("expected to fail: " + sql);
    } catch (SQLException e) {
      return e;
    }
  }
}
