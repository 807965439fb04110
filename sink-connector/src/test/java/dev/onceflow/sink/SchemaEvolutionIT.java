package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.RowEncoder;
import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.schema.ColumnNaming;
import dev.onceflow.sink.schema.Evolution;
import dev.onceflow.sink.schema.Evolution.Ensured;
import dev.onceflow.sink.schema.EvolutionMode;
import dev.onceflow.sink.schema.EvolutionPlanner;
import dev.onceflow.sink.schema.SchemaMismatchException;
import dev.onceflow.sink.schema.TableNeeds;
import dev.onceflow.sink.schema.TableNeeds.Fields;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/** Tables that follow the schemas of their records, and those that must not. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
class SchemaEvolutionIT {
  private static final long GIBIBYTE = 1L << 30;
  private static final String COLUMNS =
      "SELECT attname, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null'"
          + " ELSE '' END FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0"
          + " ORDER BY attnum";

  // One for all tests, emptied for each: a hundred databases take the server a minute to stop.
  private static final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    postgres.execute(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC; DROP SCHEMA IF EXISTS \"Sales\" CASCADE; DROP FOREIGN DATA WRAPPER IF EXISTS w CASCADE");
    connection = postgres.connect();
    connection.setAutoCommit(false);
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
  }

  private static Evolution evolution(EvolutionMode mode) {
    return evolution(mode, ColumnNaming.AS_IS, GIBIBYTE);
  }

  private static Evolution evolution(EvolutionMode mode, ColumnNaming naming, long rewriteMax) {
    return new Evolution(mode, new EvolutionPlanner(naming, rewriteMax));
  }

  private static TableNeeds allFields(String... key) {
    return new TableNeeds("t", "t", List.of(), Fields.ALL, List.of(key));
  }

  private static Schema schemaOf(Object... namesAndSchemas) {
    SchemaBuilder builder = SchemaBuilder.struct().name("Order");
    for (int i = 0; i < namesAndSchemas.length; i += 2) {
      builder.field((String) namesAndSchemas[i], (Schema) namesAndSchemas[i + 1]);
    }
    return builder.build();
  }

  private Ensured additive(TableNeeds needs, Schema value) throws SQLException {
    return evolution(EvolutionMode.ADDITIVE).ensure(connection, needs, null, value);
  }

  @Test
  void missingTableIsMade() throws SQLException {
    Schema value =
        schemaOf(
            "id", Schema.STRING_SCHEMA,
            "amount", Decimal.schema(2),
            "note", Schema.OPTIONAL_STRING_SCHEMA,
            "kind", SchemaBuilder.string().defaultValue("it's new").build(),
            "at", Timestamp.builder().defaultValue(new Date(0)).build());

    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.CHANGED);
    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.UNCHANGED);

    assertThat(postgres.query(COLUMNS))
        .isEqualTo(
            "id,text not null amount,numeric not null note,text kind,text not null at,timestamp with time zone not null");
    postgres.execute("INSERT INTO t (id, amount) VALUES ('a', 1)");
    assertThat(postgres.query("SELECT kind, extract(epoch FROM at)::int FROM t"))
        .isEqualTo("it's new,0");
    assertThat(Catalogue.describe(connection, "t").orElseThrow().uniqueKeys())
        .containsExactly(Set.of("id"));
    connection.rollback();
  }

  /** What the sink makes for a field, it can write and leaves as it is. */
  @Test
  void madeColumnsHoldTheirFields() throws SQLException {
    Schema value =
        schemaOf(
            "i8", Schema.INT8_SCHEMA,
            "i16", Schema.INT16_SCHEMA,
            "i32", Schema.INT32_SCHEMA,
            "i64", Schema.INT64_SCHEMA,
            "f32", Schema.FLOAT32_SCHEMA,
            "f64", Schema.FLOAT64_SCHEMA,
            "bool", Schema.BOOLEAN_SCHEMA,
            "string", Schema.STRING_SCHEMA,
            "bytes", Schema.BYTES_SCHEMA,
            "decimal", Decimal.schema(3),
            "bounded", decimal(12, 3),
            "varchar", varchar(7),
            "date", org.apache.kafka.connect.data.Date.SCHEMA,
            "timestamp", Timestamp.SCHEMA,
            "uuid", SchemaBuilder.string().name("io.debezium.data.Uuid").build(),
            "json", SchemaBuilder.string().name("io.debezium.data.Json").build(),
            "enum", SchemaBuilder.string().name("io.debezium.data.Enum").build());

    assertThat(additive(allFields(), value)).isEqualTo(Ensured.CHANGED);
    assertThat(additive(allFields(), value)).isEqualTo(Ensured.UNCHANGED);
  }

  @Test
  void effectsColumnsAreMadeWithTheTable() throws SQLException {
    postgres.execute("CREATE SCHEMA \"Sales\"");
    TableNeeds needs =
        new TableNeeds(
            "totals",
            "Sales.Daily Totals",
            List.of(
                new TableNeeds.Value("day", new ValueSource.KeyField("day")),
                new TableNeeds.Value("event", new ValueSource.Header("ce_id")),
                new TableNeeds.Total("amount", new ValueSource.Field("amount")),
                new TableNeeds.Own("entries", "bigint NOT NULL DEFAULT 0")),
            Fields.NAMED,
            List.of("day"));
    Schema key = schemaOf("day", org.apache.kafka.connect.data.Date.SCHEMA);
    Schema value = schemaOf("amount", Schema.INT64_SCHEMA, "other", Schema.INT32_SCHEMA);

    evolution(EvolutionMode.ADDITIVE).ensure(connection, needs, key, value);

    assertThat(postgres.query(COLUMNS.replace("'t'", "'\"Sales\".\"Daily Totals\"'")))
        .isEqualTo("day,date not null event,text amount,numeric not null entries,bigint not null");
  }

  @Test
  void newFieldsBecomeNullableColumnsWithoutARewrite() throws SQLException {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    String file = postgres.query("SELECT pg_relation_filenode('t')");
    Schema value =
        schemaOf(
            "id", Schema.INT32_SCHEMA,
            "required", Schema.INT64_SCHEMA,
            "Quoted \"name\"", Schema.OPTIONAL_BOOLEAN_SCHEMA,
            "level", SchemaBuilder.int16().optional().defaultValue((short) 7).build());

    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.CHANGED);

    assertThat(postgres.query(COLUMNS))
        .isEqualTo("id,integer not null required,bigint Quoted \"name\",boolean level,smallint");
    assertThat(postgres.query("SELECT id, required, level FROM t")).isEqualTo("1,null,7");
    assertThat(postgres.query("SELECT pg_relation_filenode('t')")).isEqualTo(file);
  }

  private static Schema decimal(int precision, int scale) {
    return Decimal.builder(scale)
        .parameter("connect.decimal.precision", Integer.toString(precision))
        .build();
  }

  private static Schema varchar(int length) {
    return SchemaBuilder.string()
        .parameter("__debezium.source.column.type", "VARCHAR")
        .parameter("__debezium.source.column.length", Integer.toString(length))
        .build();
  }

  private static Schema named(String text) {
    String[] words = text.split(" ", -1);
    return switch (words[0]) {
      case "decimal" -> decimal(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "scale" -> Decimal.schema(Integer.parseInt(words[1]));
      case "varchar" -> varchar(Integer.parseInt(words[1]));
      case "timestamp" -> Timestamp.SCHEMA;
      default -> new SchemaBuilder(Schema.Type.valueOf(text)).build();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "smallint, INT32, integer, 7, rewritten",
    "smallint, INT64, bigint, 7, rewritten",
    "integer, INT64, bigint, 7, rewritten",
    "bigint, decimal 30 2, 'numeric(30,2)', 7.00, rewritten",
    "bigint, scale 2, numeric, 7, rewritten",
    "'numeric(4,2)', INT64, 'numeric(21,2)', 7.00, kept",
    "'numeric(4,2)', decimal 10 2, 'numeric(10,2)', 7.00, kept",
    "'numeric(4,2)', decimal 4 3, 'numeric(5,3)', 7.000, rewritten",
    "'numeric(4,2)', scale 4, 'numeric(6,4)', 7.0000, rewritten",
    "real, FLOAT64, double precision, 7, rewritten",
    "varchar(3), varchar 5, character varying(5), 7, kept",
    "timestamp(0), timestamp, timestamp without time zone, 2020-01-01 00:00:00, kept",
    "timestamptz(1), timestamp, timestamp with time zone, 2020-01-01 00:00:00, kept"
  })
  void narrowColumnsAreWidened(
      String from, String schema, String to, String expected, String rewritten)
      throws SQLException {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY, v " + from + ")");
    postgres.execute(
        "INSERT INTO t VALUES (1, '" + (from.startsWith("time") ? "2020-01-01" : "7") + "')");
    String file = postgres.query("SELECT pg_relation_filenode('t')");
    Schema value = schemaOf("id", Schema.INT32_SCHEMA, "v", named(schema));

    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.CHANGED);

    assertThat(postgres.query(COLUMNS)).isEqualTo("id,integer not null v," + to);
    assertThat(postgres.query("SELECT v FROM t").replaceFirst("[+-]\\d+$", "")).isEqualTo(expected);
    boolean isKept = file.equals(postgres.query("SELECT pg_relation_filenode('t')"));
    assertThat(isKept ? "kept" : "rewritten").isEqualTo(rewritten);
    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.UNCHANGED);
  }

  @ParameterizedTest
  @CsvSource({
    "bigint, INT32",
    "numeric, INT64",
    "'numeric(4,2)', scale 2",
    "'numeric(10,2)', decimal 8 2",
    "varchar(3), STRING",
    "text, varchar 5",
    "varchar, varchar 5",
    "double precision, FLOAT32",
    "timestamp(3), timestamp"
  })
  void wideEnoughColumnsStay(String type, String schema) throws SQLException {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY, v " + type + ", more int)");

    assertThat(additive(allFields("id"), schemaOf("id", Schema.INT32_SCHEMA, "v", named(schema))))
        .isEqualTo(Ensured.UNCHANGED);
  }

  @Test
  void severalChangesRewriteOnce() throws SQLException {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY, a int, b int, c varchar(2))");

    additive(
        allFields("id"),
        schemaOf(
            "id", Schema.INT64_SCHEMA,
            "a", Schema.INT64_SCHEMA,
            "b", Schema.INT64_SCHEMA,
            "c", varchar(9),
            "d", Schema.STRING_SCHEMA));

    assertThat(postgres.query(COLUMNS))
        .isEqualTo("id,bigint not null a,bigint b,bigint c,character varying(9) d,text");
  }

  @Test
  void notNullGoesWhereTheSinkSetItAndTheFieldBecameOptional() throws SQLException {
    additive(
        allFields("id"),
        schemaOf("id", Schema.INT32_SCHEMA, "a", Schema.INT32_SCHEMA, "b", Schema.INT32_SCHEMA));
    // Ours, but its owner took it over.
    postgres.execute("COMMENT ON COLUMN t.b IS 'must be there'");

    additive(
        allFields("id"),
        schemaOf(
            "id", Schema.OPTIONAL_INT32_SCHEMA,
            "a", Schema.OPTIONAL_INT32_SCHEMA,
            "b", Schema.OPTIONAL_INT32_SCHEMA));

    assertThat(postgres.query(COLUMNS))
        .isEqualTo("id,integer not null a,integer b,integer not null");
  }

  @Test
  void notNullGoesWhereTheFieldIsGone() throws SQLException {
    additive(allFields("id"), schemaOf("id", Schema.INT32_SCHEMA, "a", Schema.INT32_SCHEMA));

    additive(allFields("id"), schemaOf("id", Schema.INT32_SCHEMA));

    assertThat(postgres.query(COLUMNS)).isEqualTo("id,integer not null a,integer");
  }

  @Test
  void validateNamesTheWholeDifferenceAndChangesNothing() {
    postgres.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n int, code varchar(3), flag date, must text NOT NULL,"
            + " gen int GENERATED ALWAYS AS (1) STORED, seq bigserial)");
    String before = postgres.query(COLUMNS);

    assertThatThrownBy(
            () ->
                evolution(EvolutionMode.VALIDATE)
                    .ensure(
                        connection,
                        allFields("id", "n"),
                        null,
                        schemaOf(
                            "id", Schema.INT32_SCHEMA,
                            "n", Schema.INT64_SCHEMA,
                            "code", varchar(5),
                            "flag", Schema.BOOLEAN_SCHEMA,
                            "gen", Schema.INT32_SCHEMA,
                            "extra", Schema.BYTES_SCHEMA)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessage(
            """
            table t differs from the schema of its records (schema.evolution=validate):
              - its rows aren't unique by exactly (id, n), only by [[id]]; add a primary key or a unique constraint
              - column n is integer, too narrow for field:n (INT64), which needs bigint
              - column code is character varying(3), too narrow for field:code (STRING), which needs character varying(5)
              - column flag is date, which can't hold field:flag (BOOLEAN) (a new column would be boolean)
              - field:extra (BYTES) has no column extra (it would be bytea)
              - column must is NOT NULL and has no default, and no field fills it
            to be run by hand, or additive:
              ALTER TABLE public.t ALTER COLUMN "n" TYPE bigint, ALTER COLUMN "code" TYPE character varying(5), ADD COLUMN IF NOT EXISTS "extra" bytea;\
            """);
    assertThat(postgres.query(COLUMNS)).isEqualTo(before);
  }

  @Test
  void validateOfAMissingTableGivesTheStatementThatMakesIt() {
    assertThatThrownBy(
            () ->
                evolution(EvolutionMode.VALIDATE)
                    .ensure(connection, allFields("id"), null, schemaOf("id", Schema.INT32_SCHEMA)))
        .hasMessageContaining("- there is no table t")
        .hasMessageContaining(
            "CREATE TABLE IF NOT EXISTS \"t\" (\"id\" integer NOT NULL, PRIMARY KEY (\"id\"));");
  }

  @Test
  void oneRefusalAndNothingIsChanged() {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY, flag date)");

    assertThatThrownBy(
            () ->
                additive(
                    allFields("id"),
                    schemaOf(
                        "id", Schema.INT64_SCHEMA,
                        "flag", Schema.BOOLEAN_SCHEMA,
                        "more", Schema.STRING_SCHEMA)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageStartingWith(
            "table t can't be brought to the schema of its records, and nothing was changed:")
        .hasMessageContaining("column flag is date, which can't hold field:flag (BOOLEAN)");
    assertThat(postgres.query(COLUMNS)).isEqualTo("id,integer not null flag,date");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TABLE t (id int PRIMARY KEY, \"V\" text)|field:v (STRING) has no column v, but there is V; map it, or set column.naming",
        "CREATE TABLE t (id int)|its rows aren't unique by exactly (id), only by []",
        "CREATE VIEW t AS SELECT 1 AS id, ''::text AS v|it is a view that takes no rows",
        "CREATE VIEW t AS SELECT 1 AS id, ''::text AS v|it is a view, which has no unique keys",
        "CREATE TABLE b (id int, v text); CREATE VIEW t AS SELECT id FROM b|field:v (STRING) has no column v (it would be text); it is a view, which the sink doesn't change",
        "CREATE MATERIALIZED VIEW t AS SELECT 1 AS id, ''::text AS v|it is no table that takes no rows",
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p DEFAULT|it is a partition of p, whose columns it has: name that table",
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE t (id int) SERVER s|it is a foreign table, which the sink doesn't change"
      })
  void whatIsNeverDoneIsNamed(String ddl, String reason) {
    postgres.execute(ddl);

    assertThatThrownBy(
            () ->
                additive(
                    allFields("id"),
                    schemaOf("id", Schema.INT32_SCHEMA, "v", Schema.STRING_SCHEMA)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void namesThatPostgresWouldCutAreRefused() {
    String name = "n".repeat(64);

    assertThatThrownBy(() -> additive(allFields(), schemaOf(name, Schema.INT32_SCHEMA)))
        .hasMessageContaining("longer than 63 bytes, which PostgreSQL would cut");
    assertThat(postgres.query("SELECT to_regclass('t')")).isEqualTo("null");
  }

  @Test
  void recordsWithoutASchemaMakeNoTable() {
    assertThatThrownBy(() -> additive(allFields(), null))
        .hasMessageContaining("the records' values have no schema with fields");
    assertThatThrownBy(() -> additive(allFields("id"), schemaOf("x", Schema.INT32_SCHEMA)))
        .hasMessageContaining("key column id has no source in these records");
  }

  @Test
  void writableViewsNeedNoKeyAndAreWrittenAsTheyAre() throws SQLException {
    postgres.execute("CREATE TABLE b (id int, v text); CREATE VIEW t AS SELECT * FROM b");

    assertThat(
            additive(allFields(), schemaOf("id", Schema.INT32_SCHEMA, "v", Schema.STRING_SCHEMA)))
        .isEqualTo(Ensured.UNCHANGED);
  }

  @Test
  void viewsWithTriggersAreWritable() throws SQLException {
    postgres.execute(
        "CREATE VIEW t AS SELECT 1 AS id;"
            + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
            + "CREATE TRIGGER i INSTEAD OF INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()");

    assertThat(additive(allFields(), schemaOf("id", Schema.INT32_SCHEMA)))
        .isEqualTo(Ensured.UNCHANGED);
  }

  @Test
  void partitionedTablesEvolveWithTheirPartitions() throws SQLException {
    postgres.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY LIST (id);"
            + "CREATE TABLE t1 PARTITION OF t DEFAULT; INSERT INTO t SELECT i, i FROM"
            + " generate_series(1, 1000) i; ANALYZE t1");
    Schema value =
        schemaOf("id", Schema.INT32_SCHEMA, "n", Schema.INT64_SCHEMA, "v", Schema.STRING_SCHEMA);

    assertThatThrownBy(
            () ->
                evolution(EvolutionMode.ADDITIVE, ColumnNaming.AS_IS, 10)
                    .ensure(connection, allFields("id"), null, value))
        .hasMessageContaining("(about 1000 rows, ")
        .hasMessageContaining("more than schema.evolution.rewrite.bytes.max=10)")
        .hasMessageContaining("ALTER TABLE public.t ALTER COLUMN \"n\" TYPE bigint");

    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.CHANGED);
    assertThat(postgres.query(COLUMNS.replace("'t'", "'t1'")))
        .isEqualTo("id,integer not null n,bigint v,text");
  }

  @Test
  void partitionKeysCannotBeWidened() {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LIST (id)");

    assertThatThrownBy(() -> additive(allFields("id"), schemaOf("id", Schema.INT64_SCHEMA)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("something in the database stands against it (SQLSTATE 42P16")
        .hasMessageContaining("ALTER TABLE public.t ALTER COLUMN \"id\" TYPE bigint;");
  }

  @Test
  void columnsUnderAViewAreLeftToTheOwner() {
    postgres.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE VIEW w AS SELECT n FROM t");

    assertThatThrownBy(
            () ->
                additive(
                    allFields("id"),
                    schemaOf(
                        "id", Schema.INT32_SCHEMA,
                        "n", Schema.INT64_SCHEMA,
                        "v", Schema.STRING_SCHEMA)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("SQLSTATE 0A000");
    // One transaction: the new column went with it.
    assertThat(postgres.query(COLUMNS)).isEqualTo("id,integer not null n,integer");
  }

  @Test
  void generatedAndIdentityColumnsAreLeftOut() throws SQLException {
    postgres.execute(
        "CREATE TABLE t (id int PRIMARY KEY, row_id int GENERATED ALWAYS AS IDENTITY,"
            + " twice int GENERATED ALWAYS AS (id * 2) STORED, seq int GENERATED BY DEFAULT AS IDENTITY)");
    Schema value =
        schemaOf(
            "id", Schema.INT32_SCHEMA, "twice", Schema.INT32_SCHEMA, "row_id", Schema.INT32_SCHEMA);

    assertThat(additive(allFields("id"), value)).isEqualTo(Ensured.UNCHANGED);
    assertThatThrownBy(
            () ->
                additive(
                    new TableNeeds(
                        "t",
                        "t",
                        List.of(new TableNeeds.Value("twice", new ValueSource.Field("twice"))),
                        Fields.ALL,
                        List.of("id")),
                    value))
        .hasMessageContaining("column twice is generated by the database and can't be written");
  }

  @Test
  void fieldsGoToColumnsByTheConfiguredNaming() throws SQLException {
    Schema value =
        schemaOf(
            "OrderID", Schema.INT32_SCHEMA,
            "unitPrice", Schema.INT32_SCHEMA,
            "HTTPCode-v2", Schema.INT32_SCHEMA);

    evolution(EvolutionMode.ADDITIVE, ColumnNaming.SNAKE_CASE, GIBIBYTE)
        .ensure(connection, allFields("order_id"), null, value);

    assertThat(postgres.query(COLUMNS))
        .isEqualTo(
            "order_id,integer not null unit_price,integer not null http_code_v2,integer not null");
  }

  @Test
  void roleWithoutRightsGetsTheStatementsForTheOwner() throws SQLException {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY)");
    String role = "writer_" + System.nanoTime();
    postgres.execute(
        "CREATE ROLE " + role + " LOGIN; GRANT SELECT, INSERT, UPDATE ON t TO " + role);
    Schema narrow = schemaOf("id", Schema.INT32_SCHEMA);
    Schema wide = schemaOf("id", Schema.INT32_SCHEMA, "v", Schema.STRING_SCHEMA);
    TableNeeds other = new TableNeeds("o", "o", List.of(), Fields.ALL, List.of("id"));

    try (Connection writer =
        DriverManager.getConnection(postgres.url().replace("user=postgres", "user=" + role))) {
      writer.setAutoCommit(false);
      Evolution additive = evolution(EvolutionMode.ADDITIVE);

      assertThat(additive.ensure(writer, allFields("id"), null, narrow))
          .isEqualTo(Ensured.UNCHANGED);
      assertThatThrownBy(() -> additive.ensure(writer, allFields("id"), null, wide))
          .isInstanceOf(SchemaMismatchException.class)
          .hasMessage(
              """
              table t has to change for its records, but the role may not (SQLSTATE 42501); have its owner run:
                ALTER TABLE public.t ADD COLUMN IF NOT EXISTS "v" text;\
              """);
      assertThatThrownBy(() -> additive.ensure(writer, other, null, narrow))
          .hasMessageContaining("the role may not (SQLSTATE 42501)")
          .hasMessageContaining("CREATE TABLE IF NOT EXISTS \"o\"");
    }
  }

  @Test
  void schemasOfTheDatabaseAreNotMade() {
    TableNeeds needs = new TableNeeds("x.t", "x.t", List.of(), Fields.ALL, List.of());

    assertThatThrownBy(() -> additive(needs, schemaOf("id", Schema.INT32_SCHEMA)))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("the sink makes no schemas, and this one isn't there");
  }

  @Test
  void tasksThatEvolveAtOnceChangeTheTableOnce() throws Exception {
    int tasks = 4;
    CyclicBarrier start = new CyclicBarrier(tasks);
    for (int round = 0; round < 5; round++) {
      Schema value = schemaOf("id", Schema.INT32_SCHEMA, "v" + round, Schema.STRING_SCHEMA);
      List<CompletableFuture<Ensured>> all = new ArrayList<>();
      for (int i = 0; i < tasks; i++) {
        all.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try (Connection mine = postgres.connect()) {
                    mine.setAutoCommit(false);
                    start.await(30, TimeUnit.SECONDS);
                    return evolution(EvolutionMode.ADDITIVE)
                        .ensure(mine, allFields("id"), null, value);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
      }
      for (CompletableFuture<Ensured> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    }

    assertThat(
            postgres.query(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0"))
        .isEqualTo("6");
  }

  @Test
  void tableThatSomebodyMakesMeanwhileIsTakenAsItIs() throws Exception {
    Schema value = schemaOf("id", Schema.INT32_SCHEMA, "v", Schema.STRING_SCHEMA);
    try (Connection somebody = postgres.connect();
        Statement statement = somebody.createStatement()) {
      somebody.setAutoCommit(false);
      statement.execute("CREATE TABLE t (id int PRIMARY KEY)");
      CompletableFuture<Ensured> ours =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return additive(allFields("id"), value);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      awaitQuery(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE"
              + " 'CREATE TABLE IF%' AND wait_event_type = 'Lock'",
          "1");
      somebody.commit();

      assertThat(ours.get(30, TimeUnit.SECONDS)).isEqualTo(Ensured.CHANGED);
    }
    assertThat(postgres.query(COLUMNS)).isEqualTo("id,integer not null v,text");
  }

  private void awaitQuery(String sql, String expected) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!postgres.query(sql).equals(expected)) {
      assertThat(System.nanoTime()).as("waiting for %s", sql).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void longReaderIsNotBlockedForLong() throws SQLException {
    postgres.execute("CREATE TABLE t (id int PRIMARY KEY)");
    try (Connection reader = postgres.connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT * FROM t");

      assertThatThrownBy(
              () ->
                  additive(
                      allFields("id"),
                      schemaOf("id", Schema.INT32_SCHEMA, "v", Schema.INT32_SCHEMA)))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
    }
  }

  @Test
  void changesInsideABatchAreRefused() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE batch (id int)");

      assertThatThrownBy(() -> additive(allFields(), schemaOf("id", Schema.INT32_SCHEMA)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("outside a batch's database transaction");
    }
    // The batch is untouched, and still the caller's to commit.
    connection.commit();
    assertThat(postgres.query("SELECT count(*) FROM batch")).isEqualTo("0");
  }

  @Test
  void noneDoesNothing() throws SQLException {
    assertThat(
            evolution(EvolutionMode.NONE)
                .ensure(connection, allFields(), null, schemaOf("id", Schema.INT32_SCHEMA)))
        .isEqualTo(Ensured.UNCHANGED);
    assertThat(postgres.query("SELECT to_regclass('t')")).isEqualTo("null");
  }

  /** v1 and v2 of a schema, one table: what each of them writes, in the order v1, v2, v1. */
  @Test
  void twoVersionsOfASchemaShareATable() throws Exception {
    Schema first = schemaOf("id", Schema.INT32_SCHEMA, "n", Schema.INT32_SCHEMA);
    Schema second =
        schemaOf(
            "id",
            Schema.INT32_SCHEMA,
            "n",
            Schema.INT64_SCHEMA,
            "price",
            Decimal.builder(2).optional().build(),
            "kind",
            SchemaBuilder.string().defaultValue("plain").build());

    additive(allFields("id"), first);
    write(new Struct(first).put("id", 1).put("n", 10));
    // t: (1, 10)
    additive(allFields("id"), second);
    write(
        new Struct(second)
            .put("id", 2)
            .put("n", 1L << 40)
            .put("price", new BigDecimal("1.50"))
            .put("kind", "new"));
    // t: (1, 10, null, plain), (2, 2^40, 1.50, new)
    assertThat(additive(allFields("id"), first)).isEqualTo(Ensured.UNCHANGED);
    write(new Struct(first).put("id", 3).put("n", 30));
    // and (3, 30, null, plain): a record of the old schema gets what the new one says of it

    assertThat(postgres.query("SELECT id, n, price, kind FROM t ORDER BY id"))
        .isEqualTo("1,10,null,plain 2,1099511627776,1.50,new 3,30,null,plain");
  }

  /** As the sink does: encoded by the table's description, by binary COPY. */
  private void write(Struct value) throws Exception {
    SinkRecord record = new SinkRecord("t", 0, null, null, value.schema(), value, 0);
    TargetTable target = Catalogue.describe(connection, "t").orElseThrow();
    List<ColumnMapping> mappings = ColumnNaming.AS_IS.mappings(value.schema());
    List<String> columns = mappings.stream().map(ColumnMapping::column).toList();
    RowEncoder encoder =
        RowEncoder.of(
            new RowEncoder.Layout(
                "t",
                columns.stream().map(name -> target.column(name).orElseThrow()).toList(),
                mappings.stream().map(ColumnMapping::source).toList(),
                Set.of(),
                Optional.empty()),
            record);
    CopyBuffer rows = new CopyBuffer();
    rows.beginRow(columns.size());
    encoder.encode(record, rows);
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "COPY t (" + String.join(", ", columns) + ") FROM STDIN (FORMAT binary)",
            new ByteArrayInputStream(rows.finish(), 0, rows.size()));
    connection.commit();
  }
}
