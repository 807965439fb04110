package dev.onceflow.sink;

import static dev.onceflow.sink.TestingTables.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Which table a record goes to. */
class RoutingIT {
  private final TestingTables tables = new TestingTables();
  private final TestingTopic orders = new TestingTopic("shop.eu.orders", 0);
  private final TestingTopic returns = new TestingTopic("shop.us.Returns", 0);

  private void givenTables(String... names) {
    for (String name : names) {
      tables.postgres.execute(
          "CREATE TABLE %s (id text PRIMARY KEY, kind text, n bigint)".formatted(name));
    }
  }

  private static SinkRecord append(TestingTopic topic, String id, String kind) {
    SinkRecord record = topic.append(id, row("id", id, "kind", kind, "n", 1));
    record.headers().addString("kind", kind);
    return record;
  }

  private void table(String name, String... keysAndValues) {
    tables.table(name, "effect", "insert", "event.id", "id", "topics.regex", "shop\\.(..)\\.(.*)");
    tables.config.put("topics.regex", "shop\\..*");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      tables.config.put("table." + name + "." + keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  private String rows(String table) {
    return tables.postgres.query("SELECT id FROM " + table + " ORDER BY 1");
  }

  @Test
  void targetsAreNamedByTheTopic() {
    tables.postgres.execute("CREATE SCHEMA eu; CREATE SCHEMA us");
    givenTables("eu.orders_in", "us.returns_in");
    table("events", "target", "${topic:1}.${topic:2|snake}_in");
    append(orders, "1", "a");
    append(returns, "2", "a");
    append(orders, "3", "a");

    tables.worker(orders, returns).drain();

    assertThat(rows("eu.orders_in")).isEqualTo("1 3");
    assertThat(rows("us.returns_in")).isEqualTo("2");
  }

  @Test
  void targetsAreNamedByFieldsAndHeaders() {
    givenTables("by_a_a", "by_b_b");
    table("events", "target", "by_${field:kind|lower}_${header:kind|snake}");
    append(orders, "1", "A");
    append(orders, "2", "B");
    append(orders, "3", "A");

    tables.worker(orders).drain();

    assertThat(rows("by_a_a")).isEqualTo("1 3");
    assertThat(rows("by_b_b")).isEqualTo("2");
  }

  @Test
  void recordWithoutItsTargetIsSetAside() {
    givenTables("by_a");
    table("events", "target", "by_${field:kind}");
    append(orders, "1", "a");
    append(orders, "2", "b");
    append(orders, "3", "a").headers().clear();
    orders.append("4", row("id", "4", "kind", "a", "n", 1).put("kind", null));
    TestingWorker worker = tables.worker(orders);

    worker.drain();

    assertThat(rows("by_a")).isEqualTo("1 3");
    assertThat(worker.context.deadLetterReasons)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "table events: record shop.eu.orders-0@1 is for table by_b, which isn't in the database, or"
                + " the role can't see it",
            "table events: the target of record shop.eu.orders-0@3 is named by field:kind, which is"
                + " missing");
  }

  @Test
  void valueCanNotNameAnotherSchema() {
    tables.postgres.execute("CREATE SCHEMA private; CREATE SCHEMA shop");
    givenTables("private.secrets", "shop.private_secrets");
    table("events", "target", "shop.${field:kind}");
    append(orders, "1", "private.secrets");

    tables.worker(orders).drain();

    assertThat(rows("private.secrets")).isEmpty();
    assertThat(rows("shop.private_secrets")).isEqualTo("1");
  }

  @Test
  void conditionsMustAllBeMet() {
    givenTables("narrow", "wide");
    table("narrow", "when", "kind~a.* && header:kind=ab && record:topic~.*orders");
    table("wide");
    append(orders, "1", "ab");
    append(orders, "2", "ac");
    append(returns, "3", "ab");
    append(orders, "4", "ab").headers().clear();

    tables.worker(orders, returns).drain();

    assertThat(rows("narrow")).isEqualTo("1");
    assertThat(rows("wide")).isEqualTo("1 2 3 4");
  }

  @Test
  void recordThatNoTableTakesIsAnError() {
    givenTables("narrow");
    table("narrow", "when", "kind=a");
    append(orders, "1", "a");
    append(orders, "2", "b");
    TestingWorker worker = tables.worker(orders);

    worker.drain();

    assertThat(worker.context.deadLetterReasons)
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason)
                  .hasMessage(
                      "no table takes record shop.eu.orders-0@1; set unrouted=ignore to pass over such"
                          + " records");
              assertThat(reason.getCause()).hasMessageContaining("{\"reason\":\"unrouted\"");
            });
    assertThat(worker.commit()).isEqualTo(Map.of(orders.partition, 2L));
  }

  @Test
  void recordThatNoTableTakesCanBeIgnored() {
    givenTables("narrow");
    table("narrow", "when", "kind=a", "topics.regex", ".*orders");
    tables.config.put("unrouted", "ignore");
    append(orders, "1", "a");
    append(orders, "2", "b");
    append(returns, "3", "a");
    TestingWorker worker = tables.worker(orders, returns);

    worker.drain();

    assertThat(worker.context.deadLetterReasons).isEmpty();
    assertThat(rows("narrow")).isEqualTo("1");
  }

  @Test
  void tombstoneGoesWhereItsKeySaysWhateverItsValueWouldHaveSaid() {
    givenTables("orders");
    tables.table(
        "orders",
        "topic",
        "shop.eu.orders",
        "effect",
        "upsert",
        "key",
        "id",
        "version",
        "n",
        "delete",
        "true",
        "when",
        "kind=a && record:topic~.*");
    append(orders, "1", "a");
    append(orders, "2", "a");
    orders.append("1", (Schema) null, null);

    tables.worker(orders).drain();

    assertThat(rows("orders")).isEqualTo("2");
  }

  @Test
  void totalsOfAllTargetsShareOneMemory() {
    tables.postgres.execute(
        "CREATE TABLE n_a (id text PRIMARY KEY, n bigint); CREATE TABLE n_b (id text PRIMARY KEY, n bigint)");
    tables.config.put("topics", "shop.eu.orders");
    tables.table(
        "counts",
        "effect",
        "accumulate",
        "event.id",
        "id",
        "key",
        "id=kind",
        "sum",
        "n",
        "topics.regex",
        "shop.*",
        "target",
        "n_${field:kind}");
    append(orders, "1", "a");
    append(orders, "2", "b");
    append(orders, "1", "a");

    tables.worker(orders).drain();
    tables.reapply(orders);

    assertThat(tables.postgres.query("SELECT * FROM n_a, n_b")).isEqualTo("a,1,b,1");
  }
}
