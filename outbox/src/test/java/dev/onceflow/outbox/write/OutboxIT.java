package dev.onceflow.outbox.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.outbox.TestingPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxIT {
  private static final String IN_ORDER =
      "SELECT event_id FROM onceflow_outbox.position JOIN onceflow_outbox.event USING (slot, txid, id)"
          + " ORDER BY id";

  private final TestingPostgres postgres = TestingPostgres.withOutbox();

  @Test
  void eventIsThereIfItsTransactionCommits() throws SQLException {
    try (Connection connection = postgres.begin()) {
      Outbox.enqueue(connection, OutboxEvent.json("orders", "1", "{}").withEventId("lost"));
      connection.rollback();
      Outbox.enqueue(connection, OutboxEvent.json("orders", "1", "{}").withEventId("kept"));
      connection.commit();
    }

    assertThat(postgres.column(IN_ORDER)).containsExactly("kept");
  }

  @Test
  void whatASavepointTakesBackIsNotThere() throws SQLException {
    try (Connection connection = postgres.begin()) {
      Outbox.enqueue(connection, OutboxEvent.json("orders", "1", "{}").withEventId("first"));
      Savepoint savepoint = connection.setSavepoint();
      Outbox.enqueue(connection, OutboxEvent.json("orders", "1", "{}").withEventId("second"));
      // All have their numbers now; those go back with the savepoint, too.
      connection.createStatement().execute("SET CONSTRAINTS ALL IMMEDIATE");
      connection.rollback(savepoint);
      Outbox.enqueue(connection, OutboxEvent.json("orders", "1", "{}").withEventId("third"));
      connection.commit();
    }

    assertThat(postgres.column(IN_ORDER)).containsExactly("first", "third");
  }

  @Test
  void eventWithoutAnIdGetsOneThatKeepsTheOrderOfTime() throws SQLException {
    List<String> ids;
    try (Connection connection = postgres.begin()) {
      ids =
          Outbox.enqueue(
              connection,
              IntStream.range(0, 5).mapToObj(i -> OutboxEvent.json("t", "k", "1")).toList());
      connection.commit();
    }

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> UUID.fromString(id).version() == 7);
    assertThat(postgres.column(IN_ORDER)).isEqualTo(ids);
    long ms = UUID.fromString(ids.get(0)).getMostSignificantBits() >>> 16;
    assertThat(
            postgres.column(
                "SELECT abs(extract(epoch FROM now()) * 1000 - %d) < 60000".formatted(ms)))
        .containsExactly("t");
  }

  @Test
  void bytesJsonAndHeadersArriveAsTheyWere() throws SQLException {
    byte[] bytes = {0, 1, (byte) 0xff};
    try (Connection connection = postgres.begin()) {
      Outbox.enqueue(connection, OutboxEvent.bytes("t", "k", bytes).withType("made"));
      Outbox.enqueue(
          connection,
          OutboxEvent.json("t", "k", "{\"a\": \"ä\"}").withHeader("say \"\\\n", "\u0001 ü"));
      Outbox.enqueue(
          connection,
          new OutboxEvent(
              "t", "k", Optional.empty(), Optional.empty(), new Payload.None(), Map.of()));
      connection.commit();
    }

    assertThat(
            postgres.column("SELECT encode(payload, 'hex') FROM onceflow_outbox.event ORDER BY id"))
        .containsExactly("0001ff", "7b2261223a2022" + hex("ä") + "227d", null);
    assertThat(
            postgres.column(
                "SELECT headers ->> e'say \"\\\\\\n' FROM onceflow_outbox.event ORDER BY id"))
        .containsExactly(null, "\u0001 ü", null);
  }

  private static String hex(String text) {
    StringBuilder hex = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      hex.append("%02x".formatted(each));
    }
    return hex.toString();
  }

  @Test
  void whatCanNotBePublishedIsRefusedAtOnce() throws SQLException {
    try (Connection connection = postgres.begin()) {
      assertThatThrownBy(() -> Outbox.enqueue(connection, OutboxEvent.json("a topic", "k", "{}")))
          .hasMessageContaining("topic is 'a topic', which is no name of a topic")
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("22023");
      connection.rollback();
      assertThatThrownBy(() -> Outbox.enqueue(connection, OutboxEvent.json("t", null, "{}")))
          .hasMessageContaining("key is null");
      connection.rollback();
      assertThatThrownBy(() -> Outbox.enqueue(connection, OutboxEvent.json("t", "k", "{")))
          .hasMessageContaining("json");
    }
  }

  /** The rights that docs/outbox.md names are enough, and no more than enough. */
  @Test
  void aRoleThatMayOnlyEnqueueCanDoThatAndNothingElse() throws SQLException {
    postgres.execute(
        """
        DO $$ BEGIN CREATE ROLE writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        GRANT USAGE ON SCHEMA onceflow_outbox TO writer;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA onceflow_outbox TO writer""");
    try (Connection connection = postgres.begin()) {
      connection.createStatement().execute("SET ROLE writer");
      connection.commit();
      Outbox.enqueue(connection, OutboxEvent.json("t", "k", "{}").withEventId("json"));
      Outbox.enqueue(connection, OutboxEvent.bytes("t", "k", new byte[1]).withEventId("bytes"));
      connection.commit();

      assertThatThrownBy(
              () -> connection.createStatement().execute("DELETE FROM onceflow_outbox.event"))
          .hasMessageContaining("permission denied");
    }

    assertThat(postgres.column(IN_ORDER)).containsExactly("json", "bytes");
  }

  @Test
  void connectionThatCommitsByItselfIsRefused() throws SQLException {
    try (Connection connection = postgres.connect()) {
      assertThatThrownBy(() -> Outbox.enqueue(connection, OutboxEvent.json("t", "k", "{}")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("autocommit");
    }
  }

  @Test
  void aTransactionWithManyKeysTakesFewLocks() throws SQLException {
    try (Connection connection = postgres.begin()) {
      connection
          .createStatement()
          .execute(
              "SELECT onceflow_outbox.enqueue('t', 'k' || i) FROM generate_series(1, 20000) i");
      connection.createStatement().execute("SET CONSTRAINTS ALL IMMEDIATE");
      assertThat(
              TestingPostgres.column(
                  connection, "SELECT count(*) <= 1024 FROM pg_locks WHERE locktype = 'advisory'"))
          .containsExactly("t");
      connection.commit();
    }

    assertThat(postgres.column("SELECT count(*) FROM onceflow_outbox.position"))
        .containsExactly("20000");
  }
}
