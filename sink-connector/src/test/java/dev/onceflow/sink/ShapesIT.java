package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Records that are no flat structs. */
class ShapesIT {
  private static final Schema ADDRESS =
      SchemaBuilder.struct().name("Address").field("city", Schema.STRING_SCHEMA).optional().build();
  private static final Schema ROW =
      SchemaBuilder.struct()
          .name("Row")
          .field("id", Schema.STRING_SCHEMA)
          .field("name", SchemaBuilder.string().optional().defaultValue("nobody").build())
          .field("address", ADDRESS)
          .optional()
          .build();
  private static final Schema SOURCE =
      SchemaBuilder.struct().name("Source").field("lsn", Schema.INT64_SCHEMA).build();
  private static final Schema ENVELOPE =
      SchemaBuilder.struct()
          .name("shop.people.Envelope")
          .field("before", ROW)
          .field("after", ROW)
          .field("source", SOURCE)
          .field("op", Schema.STRING_SCHEMA)
          .build();
  private static final String ROWS = "SELECT p FROM people p ORDER BY id";

  private final TestingTables tables = new TestingTables();
  private final TestingTopic people = new TestingTopic("people", 0);

  private static Struct row(String id, String name) {
    return new Struct(ROW)
        .put("id", id)
        .put("name", name)
        .put("address", new Struct(ADDRESS).put("city", "Leeds"));
  }

  private void change(String op, long lsn, String id, String name) {
    Struct row = row(id, name);
    people.append(
        id,
        new Struct(ENVELOPE)
            .put("op", op)
            .put("source", new Struct(SOURCE).put("lsn", lsn))
            .put("before", op.equals("d") ? row : null)
            .put("after", op.equals("d") || op.equals("t") ? null : row));
  }

  private TestingWorker changeEvents() {
    tables.postgres.execute(
        "CREATE TABLE people (id text PRIMARY KEY, name text, city text, lsn bigint)");
    tables.config.put("record.format", "debezium");
    return tables
        .table(
            "people",
            "topic",
            "people",
            "effect",
            "upsert",
            "key",
            "id",
            "version",
            "lsn",
            "columns",
            "id,name,city=field:address.city,lsn=envelope:source.lsn",
            "delete",
            "true")
        .worker(people);
  }

  @Test
  void changeEventsAreReadWithTheirEnvelope() {
    TestingWorker worker = changeEvents();
    change("r", 1, "a", "Ann");
    change("c", 2, "b", "Bob");
    change("u", 3, "a", "Anna");
    change("d", 4, "b", "Bob");
    // An older change that comes late doesn't bring the row back.
    change("u", 3, "b", "Rob");

    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("(a,Anna,Leeds,3)");
    assertThat(worker.context.deadLetters).isEmpty();
    assertThat(worker.commit().values()).containsExactly(5L);
  }

  @Test
  void truncatesAreRefusedAndHeartbeatsPassBy() {
    TestingWorker worker = changeEvents();
    people.append(
        "h",
        new Struct(
                SchemaBuilder.struct()
                    .name("io.debezium.connector.common.Heartbeat")
                    .field("ts_ms", Schema.INT64_SCHEMA)
                    .build())
            .put("ts_ms", 1L));
    change("t", 1, "a", "Ann");
    change("c", 2, "b", "Bob");

    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("(b,Bob,Leeds,2)");
    assertThat(worker.context.deadLetters).hasSize(1);
    // What goes there is the record that Connect delivered.
    assertThat(((Struct) worker.context.deadLetters.get(0).value()).get("op")).isEqualTo("t");
    assertThat(worker.context.deadLetterReasons.get(0)).hasMessageContaining("op=t");
  }

  @Test
  void flattenedDeletesDelete() {
    tables.postgres.execute("CREATE TABLE people (id text PRIMARY KEY, n int)");
    tables.config.put("record.format", "debezium");
    TestingWorker worker =
        tables
            .table(
                "people", "topic", "people", "effect", "upsert", "key", "id", "version", "arrival",
                "columns", "id,n", "delete", "true")
            .worker(people);
    Schema flat =
        SchemaBuilder.struct()
            .field("id", Schema.STRING_SCHEMA)
            .field("n", Schema.INT32_SCHEMA)
            .field("__deleted", Schema.STRING_SCHEMA)
            .build();
    for (String deleted : List.of("false", "true")) {
      people.append("a", new Struct(flat).put("id", "a").put("n", 1).put("__deleted", deleted));
    }
    people.append("b", new Struct(flat).put("id", "b").put("n", 2).put("__deleted", "false"));

    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("(b,2)");
  }

  @Test
  void nullIsNotTheDefault() {
    tables.postgres.execute("CREATE TABLE people (id text PRIMARY KEY, name text)");
    TestingWorker worker =
        tables
            .table("people", "topic", "people", "effect", "insert", "event.id", "field:id")
            .worker(people);
    people.append("a", row("a", null));
    people.append("b", row("b", "Bob"));

    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("(a,) (b,Bob)");
  }

  @Test
  void mapsWithoutASchemaGoByTheColumnsTypes() {
    tables.postgres.execute(
        "CREATE TABLE people (id uuid PRIMARY KEY, n numeric(6, 2), flag bool, tags text[],"
            + " doc jsonb, city text, untouched text DEFAULT 'kept')");
    TestingWorker worker =
        tables
            .table(
                "people",
                "topic",
                "people",
                "effect",
                "insert",
                "event.id",
                "field:id",
                "columns",
                "id,n,flag,tags,doc,city=field:doc.address.city")
            .worker(people);
    Map<String, Object> value = new HashMap<>();
    value.put("id", "0198c0de-0000-7000-8000-00000000000a");
    value.put("n", new BigDecimal("12.5"));
    value.put("flag", true);
    value.put("tags", List.of("x", "y"));
    value.put("doc", Map.of("address", Map.of("city", "Leeds")));
    people.append("a", null, value);

    worker.drain();

    assertThat(worker.context.deadLetterReasons).isEmpty();
    assertThat(tables.postgres.query("SELECT n, flag, tags, doc, city, untouched FROM people"))
        .isEqualTo("12.50,t,{x,y},{\"address\": {\"city\": \"Leeds\"}},Leeds,kept");
  }

  @Test
  void missingEntriesLeaveTheirColumnsToTheirDefaults() {
    tables.postgres.execute(
        "CREATE TABLE people (id text PRIMARY KEY, name text DEFAULT 'nobody')");
    TestingWorker worker =
        tables
            .table("people", "topic", "people", "effect", "insert", "event.id", "field:id")
            .worker(people);
    Map<String, Object> withNull = new HashMap<>(Map.of("id", "b"));
    withNull.put("name", null);
    people.append("a", null, Map.of("id", "a"));
    people.append("b", null, withNull);
    people.append("c", null, Map.of("id", "c", "name", "Cy", "unknown", 1));

    worker.drain();

    assertThat(tables.postgres.query(ROWS)).isEqualTo("(a,nobody) (b,) (c,Cy)");
  }
}
