package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.deadletter.DeadLetter;
import dev.onceflow.sink.deadletter.DeadLetterTable;
import dev.onceflow.sink.deadletter.RejectedRecordException;
import dev.onceflow.sink.record.UnfitRecordException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of dead letters alone, without a task. */
class DeadLetterTableIT {
  private static final UUID TOPIC_ID = new UUID(7, 7);
  private static final Schema ORDER =
      SchemaBuilder.struct()
          .name("Order")
          .version(2)
          .field("note", Schema.STRING_SCHEMA)
          .field("rate", Schema.FLOAT64_SCHEMA)
          .build();

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final DeadLetterTable table = new DeadLetterTable("shop");
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = postgres.connect();
    connection.setAutoCommit(false);
    table.createIfMissing(connection);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private static SinkRecord record(long offset, Object value) {
    return new SinkRecord(
        "orders",
        0,
        null,
        "key".getBytes(StandardCharsets.UTF_8),
        value instanceof Struct ? ORDER : null,
        value,
        offset,
        1_000L + offset,
        TimestampType.CREATE_TIME,
        new ConnectHeaders().addString("h", "1").addString("h", "2").addBytes("b", new byte[] {0}));
  }

  private static DeadLetter unfit(SinkRecord record) {
    UnfitRecordException unfit =
        UnfitRecordException.ofColumn("orders", "note", "column note: too \"bad\"");
    return new DeadLetter(
        record, RejectedRecordException.unfit(record, unfit), Optional.of(TOPIC_ID));
  }

  private static Struct order(String note) {
    return new Struct(ORDER).put("note", note).put("rate", Double.NaN);
  }

  @Test
  void recordIsKeptWholeWithItsReason() throws SQLException {
    // Even what no text column of PostgreSQL takes: U+0000, half of a surrogate pair.
    table.write(connection, List.of(unfit(record(3, order("a\u0000\ud800")))));
    connection.commit();

    assertThat(
            postgres.query(
                "SELECT sink, run, topic, partition, \"offset\", timestamp_ms, state, reports,"
                    + " reason, sqlstate, target_table, target_column, message FROM onceflow.dlq"))
        .isEqualTo("shop,,orders,0,3,1003,new,1,unfit,null,orders,note,column note: too \"bad\"");
    assertThat(
            postgres.query(
                "SELECT key_json, convert_from(key_bytes, 'UTF8'), value_schema, value_bytes,"
                    + " value_json FROM onceflow.dlq"))
        .isEqualTo("null,key,Order version 2,null,{\"note\":\"a\\u0000\\ud800\",\"rate\":\"NaN\"}");
    assertThat(postgres.query("SELECT headers FROM onceflow.dlq"))
        .isEqualTo(
            "[{\"key\":\"h\",\"value\":\"1\"},{\"key\":\"h\",\"value\":\"2\"},"
                + "{\"key\":\"b\",\"base64\":\"AA==\"}]");
  }

  @Test
  void recordThatComesAgainIsOneRow() throws SQLException {
    table.write(connection, List.of(unfit(record(3, order("a"))), unfit(record(4, null))));
    connection.commit();
    postgres.execute("UPDATE onceflow.dlq SET state = 'redriven'");

    table.write(connection, List.of(unfit(record(3, order("a")))));
    connection.commit();

    assertThat(
            postgres.query(
                "SELECT \"offset\", state, reports, value_json IS NULL FROM onceflow.dlq"
                    + " ORDER BY \"offset\""))
        .isEqualTo("3,new,2,f 4,redriven,1,t");
  }

  @Test
  void recordsOfATopicThatWasMadeAgainStandBesideTheOldOnes() throws SQLException {
    SinkRecord record = record(3, order("a"));
    Exception reason = new IllegalStateException("no parts");
    table.write(
        connection,
        List.of(
            unfit(record),
            new DeadLetter(record, reason, Optional.of(new UUID(8, 8))),
            new DeadLetter(record, reason, Optional.empty())));
    connection.commit();

    assertThat(postgres.query("SELECT count(*), min(reason) FROM onceflow.dlq"))
        .isEqualTo("3,other");
  }

  @Test
  void withoutACommitNothingIsKept() throws SQLException {
    table.write(connection, List.of(unfit(record(3, order("a")))));
    connection.rollback();

    assertThat(postgres.query("SELECT count(*) FROM onceflow.dlq")).isEqualTo("0");
  }

  @Test
  void tableThatRefusesItStopsTheTaskInsteadOfASearchForPoison() throws SQLException {
    postgres.execute("ALTER TABLE onceflow.dlq ADD CHECK (sink = 'other')");

    assertThatThrownBy(() -> table.write(connection, List.of(unfit(record(3, order("a"))))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("onceflow.dlq")
        .hasMessageContaining("23514");
  }

  @Test
  void refusalNamesWhatTheDatabaseNamesAndNoValues() throws SQLException {
    postgres.execute(
        "CREATE SCHEMA s; CREATE TABLE s.t (id int NOT NULL, n text CONSTRAINT \"odd \"\"name\""
            + " UNIQUE); INSERT INTO s.t VALUES (1, 'secret')");

    RejectedRecordException unique = refused("INSERT INTO s.t VALUES (2, 'secret')");
    RejectedRecordException missing = refused("INSERT INTO s.t VALUES (NULL, 'x')");

    assertThat(unique)
        .hasMessage(
            "the database refuses the effects of record orders-0@3 (SQLSTATE 23505, table s.t,"
                + " constraint odd \"name) onceflow:{\"reason\":\"refused\",\"sqlstate\":\"23505\","
                + "\"table\":\"s.t\",\"constraint\":\"odd \\\"name\",\"topic\":\"orders\","
                + "\"partition\":0,\"offset\":3}");
    assertThat(missing.rejectionCause().column()).contains("id");
    // Any reader of JSON can take it apart.
    String parts =
        unique
            .getMessage()
            .substring(
                unique.getMessage().lastIndexOf(RejectedRecordException.MARK)
                    + RejectedRecordException.MARK.length());
    assertThat(
            postgres.query(
                "SELECT j->>'constraint', j->>'offset' FROM (SELECT '" + parts + "'::jsonb j) x"))
        .isEqualTo("odd \"name,3");
  }

  private RejectedRecordException refused(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      throw new AssertionError("the database was expected to refuse " + sql);
    } catch (SQLException e) {
      connection.rollback();
      return RejectedRecordException.refused(record(3, null), e);
    }
  }
}
