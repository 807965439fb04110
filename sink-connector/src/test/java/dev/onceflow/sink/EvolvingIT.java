package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.batch.ExactlyOnce;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that follow the schemas of their records, and tables that others change, in a task. */
class EvolvingIT {
  private static final Schema FIRST =
      SchemaBuilder.struct()
          .name("Order")
          .field("id", Schema.STRING_SCHEMA)
          .field("amount", Schema.INT32_SCHEMA)
          .build();
  private static final Schema SECOND =
      SchemaBuilder.struct()
          .name("Order")
          .version(2)
          .field("id", Schema.STRING_SCHEMA)
          .field("amount", Schema.INT64_SCHEMA)
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  private static final Schema WITHOUT_AMOUNT =
      SchemaBuilder.struct()
          .name("Order")
          .version(3)
          .field("id", Schema.STRING_SCHEMA)
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  private static final String ROWS = "SELECT o FROM orders o ORDER BY id";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final AtomicLong nowMs = new AtomicLong(1);
  private final TestingTopic orders = new TestingTopic("orders", 0);

  private TestingWorker worker(String evolution) {
    return worker(evolution, Map.of());
  }

  private TestingWorker worker(String evolution, Map<String, String> more) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "evolving");
    config.put("topics", "orders");
    config.put("connection.url", postgres.url());
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("topic.identity", "unchecked");
    config.put("fence.initial", "earliest");
    config.put("schema.evolution", evolution);
    config.put("catalogue.refresh.ms", "100");
    config.put("tables", "orders");
    config.put("table.orders.topic", "orders");
    config.put("table.orders.effect", "insert");
    config.put("table.orders.event.id", "field:id");
    config.putAll(more);
    OnceflowSinkTask task =
        new OnceflowSinkTask(new ExactlyOnce(), () -> Instant.ofEpochMilli(nowMs.get()));
    TestingWorker worker = new TestingWorker(task, config, 100);
    worker.assign(Map.of(orders, 0L));
    return worker;
  }

  private void first(String id) {
    orders.append("k", new Struct(FIRST).put("id", id).put("amount", 1));
  }

  private void second(String id) {
    orders.append("k", new Struct(SECOND).put("id", id).put("amount", 1L << 40).put("note", "n"));
  }

  @Test
  void tableIsMadeAndGrowsInTheMiddleOfABatch() {
    TestingWorker worker = worker("additive");
    first("a");
    second("b");
    first("c");
    second("d");

    worker.drain();

    assertThat(postgres.query(ROWS))
        .isEqualTo("(a,1,) (b,1099511627776,n) (c,1,) (d,1099511627776,n)");
    assertThat(postgres.query("SELECT next_offset FROM onceflow.fence")).isEqualTo("4");
  }

  @Test
  void validateStopsWithTheWholeDifferenceAndWritesNothing() {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount int)");
    TestingWorker worker = worker("validate");
    second("b");
    worker.step();

    assertThatThrownBy(worker::step).hasMessageContainingAll("table orders", "note", "amount");

    assertThat(postgres.query(ROWS)).isEmpty();
  }

  @Test
  void columnThatSomebodyAddsWhileTheTaskRunsIsFilled() {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount bigint)");
    TestingWorker worker = worker("none");
    second("a");
    worker.drain();
    postgres.execute("ALTER TABLE orders ADD COLUMN note text");
    nowMs.addAndGet(101);
    second("b");

    worker.drain();

    assertThat(postgres.query(ROWS)).isEqualTo("(a,1099511627776,) (b,1099511627776,n)");
  }

  /** As {@code validate} asks for: first the column, then the records that have it. */
  @Test
  void columnThatIsAddedJustBeforeItsFirstRecordIsFilled() {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount bigint)");
    TestingWorker worker = worker("validate");
    first("a");
    worker.drain();
    postgres.execute("ALTER TABLE orders ADD COLUMN note text");
    second("b");

    worker.drain();

    assertThat(postgres.query("SELECT id, note FROM orders ORDER BY id")).isEqualTo("a,null b,n");
  }

  @Test
  void columnThatSomebodyDropsFailsNoBatch() {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount bigint, note text)");
    TestingWorker worker = worker("none");
    second("a");
    worker.drain();
    postgres.execute("ALTER TABLE orders DROP COLUMN note");
    second("b");

    worker.drain();

    assertThat(postgres.query(ROWS)).isEqualTo("(a,1099511627776) (b,1099511627776)");
  }

  @Test
  void tableThatSomebodyMakesAgainIsWritten() {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount bigint)");
    TestingWorker worker = worker("none");
    first("a");
    worker.drain();
    postgres.execute(
        "DROP TABLE orders; CREATE TABLE orders (amount numeric(20, 2), id varchar(5) PRIMARY KEY)");
    first("b");

    worker.drain();

    assertThat(postgres.query(ROWS)).isEqualTo("(1.00,b)");
  }

  /** One batch is written while the next one is filled, so each change finds one of them stale. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchesThatWereBegunBeforeAChangeAreMadeAnew(boolean hasAmount) {
    TestingWorker worker = worker("additive", Map.of("batch.rows.max", "10"));
    for (int i = 0; i < 25; i++) {
      first("a" + i);
    }
    Schema schema = hasAmount ? SECOND : WITHOUT_AMOUNT;
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount int)");
    for (int i = 0; i < 75; i++) {
      Struct value = new Struct(schema).put("id", "b" + i).put("note", "n");
      orders.append("k", hasAmount ? value.put("amount", 1L) : value);
    }

    worker.drain();

    assertThat(postgres.query("SELECT count(*), count(note) FROM orders")).isEqualTo("100,75");
  }

  @Test
  void batchThatWaitedForAChangeIsMadeAnew() throws Exception {
    postgres.execute("CREATE TABLE orders (id text PRIMARY KEY, amount int, note text)");
    TestingWorker worker = worker("none", Map.of("takeover.timeout.ms", "500"));
    first("a");
    worker.drain();
    first("b");
    try (Connection other = postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("ALTER TABLE orders ADD COLUMN extra text");
      // Its lock outlives the sink's patience, which keeps the record for later.
      assertThat(worker.step()).isEqualTo(-1);
      CompletableFuture<Integer> next = CompletableFuture.supplyAsync(worker::step);
      awaitBlocked();
      other.commit();
      next.join();
    }

    worker.drain();

    assertThat(postgres.query("SELECT count(*) FROM orders")).isEqualTo("2");
  }

  private void awaitBlocked() {
    Instant deadline = Instant.now().plusSeconds(10);
    while (postgres
        .query("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        .equals("0")) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }
}
