package dev.onceflow.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onceflow.outbox.TestingPostgres;
import dev.onceflow.outbox.write.Outbox;
import dev.onceflow.outbox.write.OutboxEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two transactions write one order each time, and enqueue an event of it: what each of the usual
 * ways to poll makes of them, and what ours does. The order's row is locked by who writes it first,
 * so the order of the commits is known.
 */
class OrderIT {
  private static final String TOPIC = "orders";
  private static final String KEY = "order-1";
  private static final int ROWS_MAX = 100;

  private final TestingPostgres postgres = TestingPostgres.withOutbox();
  private final List<Connection> open = new ArrayList<>();

  @AfterEach
  void close() throws SQLException {
    for (Connection connection : open) {
      connection.close();
    }
  }

  private Connection transaction() throws SQLException {
    Connection connection = postgres.begin();
    open.add(connection);
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The outbox of the usual recipes: a serial number, the transaction, a time. */
  private void makeUsualOutbox(String cache) {
    postgres.execute(
        """
        CREATE TABLE orders (id text PRIMARY KEY, version int NOT NULL);
        INSERT INTO orders VALUES ('order-1', 0);
        CREATE SEQUENCE usual_id %s;
        CREATE TABLE usual (
          id bigint PRIMARY KEY DEFAULT nextval('usual_id'), xid xid8 DEFAULT pg_current_xact_id(),
          created_at timestamptz DEFAULT now(), key text, version int)"""
            .formatted(cache));
  }

  private static void write(Connection connection, int version) throws SQLException {
    execute(connection, "UPDATE orders SET version = " + version + " WHERE id = 'order-1'");
    execute(connection, "INSERT INTO usual (key, version) VALUES ('order-1', " + version + ')');
  }

  private List<String> polled(String where, String order) {
    return postgres.column(
        "SELECT version FROM usual WHERE %s ORDER BY %s".formatted(where, order));
  }

  @Test
  void pollingByNumberLosesWhatCommitsLater() throws SQLException {
    makeUsualOutbox("");
    Connection first = transaction();
    Connection second = transaction();
    execute(first, "INSERT INTO usual (key, version) VALUES ('order-1', 1)");
    execute(second, "INSERT INTO usual (key, version) VALUES ('order-2', 2)");
    second.commit();

    assertThat(polled("id > 0", "id")).containsExactly("2");
    first.commit();

    // The cursor is at 2, and 1 is never seen.
    assertThat(polled("id > 2", "id")).isEmpty();
    assertThat(polled("true", "id")).containsExactly("1", "2");
  }

  @Test
  void pollingByNumberBelowTheOldestTransactionStillLoses() throws SQLException {
    makeUsualOutbox("");
    String settled = "xid < pg_snapshot_xmin(pg_current_snapshot())";
    Connection early = transaction();
    execute(early, "SELECT pg_current_xact_id()");
    Connection late = transaction();
    execute(late, "INSERT INTO usual (key, version) VALUES ('order-1', 1)");
    execute(early, "INSERT INTO usual (key, version) VALUES ('order-2', 2)");
    early.commit();
    // Every transaction up to this one is over; the one with the number below is not.
    assertThat(polled("id > 0 AND " + settled, "id")).containsExactly("2");
    late.commit();

    assertThat(polled("id > 2 AND " + settled, "id")).isEmpty();
  }

  @Test
  void pollingByTransactionTurnsTheOrderOfAKeyRound() throws SQLException {
    makeUsualOutbox("");
    Connection early = transaction();
    execute(early, "SELECT pg_current_xact_id()");
    Connection late = transaction();
    write(late, 1);
    late.commit();
    write(early, 2);
    early.commit();

    assertThat(polled("true", "xid, id")).containsExactly("2", "1");
  }

  @Test
  void pollingByNumberWithinWhatIsSettledTurnsTheOrderRoundAcrossPolls() throws SQLException {
    makeUsualOutbox("");
    String settled = "xid < pg_snapshot_xmin(pg_current_snapshot())";
    Connection early = transaction();
    execute(early, "SELECT pg_current_xact_id()");
    // Anybody's, of any table.
    Connection third = transaction();
    execute(third, "SELECT pg_current_xact_id()");
    Connection late = transaction();
    write(late, 1);
    late.commit();
    write(early, 2);
    early.commit();

    assertThat(polled(settled, "id")).containsExactly("2");
    third.commit();

    assertThat(polled(settled + " AND version <> 2", "id")).containsExactly("1");
  }

  @Test
  void pollingByTheTimeOfTheTransactionTurnsTheOrderRound() throws SQLException {
    makeUsualOutbox("");
    Connection early = transaction();
    execute(early, "SELECT now()");
    Connection late = transaction();
    execute(late, "SELECT now()");
    write(late, 1);
    late.commit();
    write(early, 2);
    early.commit();

    assertThat(polled("true", "created_at")).containsExactly("2", "1");
  }

  @Test
  void cachedNumbersTurnTheOrderRound() throws SQLException {
    makeUsualOutbox("CACHE 50");
    Connection one = transaction();
    Connection other = transaction();
    execute(one, "INSERT INTO usual (key, version) VALUES ('order-2', 0)");
    one.commit();
    write(other, 1);
    other.commit();
    write(one, 2);
    one.commit();

    assertThat(polled("key = 'order-1'", "id")).containsExactly("2", "1");
  }

  private static void enqueue(Connection connection, String key, int version) throws SQLException {
    Outbox.enqueue(
        connection,
        OutboxEvent.json(TOPIC, key, "{\"version\":%d}".formatted(version))
            .withEventId("%s/%d".formatted(key, version)));
  }

  private List<String> ids(ShardLog.Polled polled) {
    return polled.rows().stream().map(OutboxRow::eventId).toList();
  }

  private int shard(String key) {
    return Integer.parseInt(
        postgres
            .column("SELECT onceflow_outbox.shard_of('%s', '%s')".formatted(TOPIC, key))
            .get(0));
  }

  private ShardLog log(String key) throws SQLException {
    Connection connection = postgres.connect();
    open.add(connection);
    return new ShardLog(connection, shard(key));
  }

  /** Another key of the same shard. */
  private String neighbour(String key) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "neighbour-" + i)
        .filter(other -> shard(other) == shard(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oursNumbersEventsOfAKeyInTheOrderOfTheirCommits() throws SQLException {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY); INSERT INTO orders VALUES ('x')");
    String lock = "SELECT FROM orders FOR UPDATE";
    Connection early = transaction();
    enqueue(early, KEY, 2);
    Connection late = transaction();
    execute(late, lock);
    enqueue(late, KEY, 1);
    late.commit();
    // It enqueued first, and gets its turn with the order only now.
    execute(early, lock);
    early.commit();

    ShardLog.Polled polled = log(KEY).poll(Cursor.START, ROWS_MAX);

    assertThat(ids(polled)).containsExactly("order-1/1", "order-1/2");
  }

  @Test
  void oursFindsWhatCommitsAfterALaterNumberWasRead() throws SQLException {
    String other = neighbour(KEY);
    Connection first = transaction();
    enqueue(first, KEY, 1);
    // Its number is drawn, as it is at a commit, or when it is prepared.
    execute(first, "SET CONSTRAINTS ALL IMMEDIATE");
    Connection second = transaction();
    enqueue(second, other, 1);
    second.commit();
    ShardLog log = log(KEY);

    ShardLog.Polled before = log.poll(Cursor.START, ROWS_MAX);
    first.commit();
    ShardLog.Polled after = log.poll(before.cursor(), ROWS_MAX);

    assertThat(ids(before)).containsExactly(other + "/1");
    assertThat(ids(after)).containsExactly(KEY + "/1");
    assertThat(after.cursor().gaps()).isEmpty();
  }

  @Test
  void oursStopsAskingForWhatWasRolledBack() throws SQLException {
    Connection first = transaction();
    enqueue(first, KEY, 1);
    execute(first, "SET CONSTRAINTS ALL IMMEDIATE");
    Connection second = transaction();
    enqueue(second, neighbour(KEY), 1);
    second.commit();
    ShardLog log = log(KEY);
    ShardLog.Polled before = log.poll(Cursor.START, ROWS_MAX);
    assertThat(before.cursor().gaps()).hasSize(1);

    first.rollback();

    assertThat(log.poll(before.cursor(), ROWS_MAX).cursor().gaps()).isEmpty();
  }

  @Test
  void oursWaitsForNobodyElse() throws SQLException {
    Connection longOne = transaction();
    execute(longOne, "SELECT pg_current_xact_id()");
    Connection prepared = transaction();
    enqueue(prepared, neighbour(KEY), 1);
    execute(prepared, "PREPARE TRANSACTION 'forgotten'");
    Connection writer = transaction();
    enqueue(writer, KEY, 1);
    writer.commit();
    ShardLog log = log(KEY);

    ShardLog.Polled polled = log.poll(Cursor.START, ROWS_MAX);
    postgres.execute("COMMIT PREPARED 'forgotten'");

    assertThat(ids(polled)).containsExactly(KEY + "/1");
    assertThat(ids(log.poll(polled.cursor(), ROWS_MAX))).containsExactly(neighbour(KEY) + "/1");
  }

  @Test
  void twoTransactionsWithTheSameKeysInAnotherOrderDoNotDeadlock() throws SQLException {
    Connection one = transaction();
    enqueue(one, "a", 1);
    enqueue(one, "b", 1);
    Connection other = transaction();
    enqueue(other, "b", 2);
    enqueue(other, "a", 2);
    execute(one, "SET CONSTRAINTS ALL IMMEDIATE");
    CompletableFuture<Void> commits =
        CompletableFuture.runAsync(
            () -> {
              try {
                other.commit();
              } catch (SQLException e) {
                throw new CompletionException(e);
              }
            });
    await()
        .until(
            () ->
                postgres
                    .column(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                    .equals(List.of("1")));

    one.commit();
    commits.join();

    for (String key : List.of("a", "b")) {
      assertThat(ids(log(key).poll(Cursor.START, ROWS_MAX)))
          .filteredOn(id -> id.startsWith(key))
          .containsExactly(key + "/1", key + "/2");
    }
  }
}
