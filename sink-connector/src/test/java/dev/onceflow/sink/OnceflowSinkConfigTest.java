package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.batch.DeliveryOptions;
import dev.onceflow.sink.fence.Run;
import dev.onceflow.sink.record.ColumnMapping;
import dev.onceflow.sink.record.ValueSource;
import dev.onceflow.sink.record.ValueSource.Field;
import dev.onceflow.sink.record.ValueSource.Header;
import dev.onceflow.sink.record.ValueSource.Part;
import dev.onceflow.sink.route.Selection;
import dev.onceflow.sink.route.TargetTemplate;
import dev.onceflow.sink.write.Effect;
import dev.onceflow.sink.write.Effect.Tombstones;
import dev.onceflow.sink.write.Precedence;
import dev.onceflow.sink.write.SqlText;
import dev.onceflow.sink.write.TableSpec;
import dev.onceflow.sink.write.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnceflowSinkConfigTest {
  private final Map<String, String> config =
      new HashMap<>(Payments.config("jdbc:postgresql://127.0.0.1:5432/payments"));

  private List<String> errors() {
    return new OnceflowSinkConnector()
        .validate(config).configValues().stream()
            .flatMap(value -> value.errorMessages().stream().map(e -> value.name() + ": " + e))
            .toList();
  }

  @Test
  void minimalConfigurationHasDocumentedDefaults() {
    config.remove("retry.backoff.ms");
    config.remove("retry.backoff.max.ms");

    DeliveryOptions options = OnceflowSinkConfig.of(config).deliveryOptions();

    assertThat(errors()).isEmpty();
    assertThat(options.sink()).isEqualTo("payments-sink");
    assertThat(options.owner()).startsWith("payments-sink in ");
    assertThat(options.batchRowsMax()).isEqualTo(20_000);
    assertThat(options.batchBytesMax()).isEqualTo(16L << 20);
    assertThat(options.retryBackoffMs()).isEqualTo(500);
    assertThat(options.retryBackoffMaxMs()).isEqualTo(30_000);
    assertThat(options.fencedTimeoutMs()).isEqualTo(345_000);
    assertThat(options.takeoverTimeoutMs()).isEqualTo(15_000);
    assertThat(options.batchLingerMs()).isEqualTo(50);
    assertThat(options.connection().lockTimeoutMs()).isEqualTo(30_000);
    assertThat(options.connection().user()).isEmpty();
    assertThat(options.connection().password()).isEmpty();
    assertThat(options.connection().applicationName()).isEqualTo("onceflow-sink payments-sink");
  }

  @Test
  void everyKeyIsMapped() {
    config.put("sink.name", "books");
    config.put("connection.user", "writer");
    config.put("connection.password", "secret");
    config.put("connection.url", "jdbc:postgresql://127.0.0.1/payments?sslpassword=secret");
    config.put("fence.initial", "earliest");
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put("batch.rows.max", "1");
    config.put("batch.bytes.max", "2");
    config.put("retry.backoff.ms", "3");
    config.put("retry.backoff.max.ms", "4");
    config.put("takeover.timeout.ms", "5");
    config.put("fenced.timeout.ms", "6");
    config.put("batch.linger.ms", "7");

    DeliveryOptions options = OnceflowSinkConfig.of(config).deliveryOptions();

    assertThat(options.sink()).isEqualTo("books");
    assertThat(options.connection().user()).contains("writer");
    assertThat(options.connection().password()).contains("secret");
    assertThat(options.connection().toString()).doesNotContain("secret");
    assertThat(options.batchRowsMax()).isEqualTo(1);
    assertThat(options.batchBytesMax()).isEqualTo(2);
    assertThat(options.retryBackoffMs()).isEqualTo(3);
    assertThat(options.retryBackoffMaxMs()).isEqualTo(4);
    assertThat(options.takeoverTimeoutMs()).isEqualTo(5);
    assertThat(options.batchLingerMs()).isEqualTo(7);
    assertThat(options.fencedTimeoutMs()).isEqualTo(6);
  }

  @Test
  void everyKeyOfATableIsMapped() {
    config.put("table.ledger_entries.event.id", "header:ce_id");
    config.put(
        "table.ledger_entries.columns",
        "entry_id=header:ce_id, account, position=record:offset, topic=record:topic,"
            + " part=record:partition, at=record:timestamp, key=record:key, party=key:party");

    List<Effect> effects =
        OnceflowSinkConfig.of(config).tables().stream().map(table -> table.effect()).toList();

    assertThat(effects.get(0))
        .isEqualTo(
            new Effect.Insert(
                new Header("ce_id"),
                Optional.of(
                    List.of(
                        new ColumnMapping("entry_id", new Header("ce_id")),
                        new ColumnMapping("account", new Field("account")),
                        new ColumnMapping("position", Part.OFFSET),
                        new ColumnMapping("topic", Part.TOPIC),
                        new ColumnMapping("part", Part.PARTITION),
                        new ColumnMapping("at", Part.TIMESTAMP),
                        new ColumnMapping("key", Part.KEY),
                        new ColumnMapping("party", new ValueSource.KeyField("party")))),
                Effect.Dedupe.BY_KEY,
                Tombstones.REFUSED));
    assertThat(effects.get(1))
        .isEqualTo(
            new Effect.Upsert(
                Optional.empty(),
                List.of(new ColumnMapping("account", new Field("account"))),
                new Precedence.ByVersion("version", Optional.empty()),
                Tombstones.REFUSED));
    assertThat(effects.get(2))
        .isEqualTo(
            new Effect.Accumulate(
                new Field("entry_id"),
                List.of(
                    new ColumnMapping("merchant_id", new Field("party_id")),
                    new ColumnMapping("day", new Field("booked_on")),
                    new ColumnMapping("currency", new Field("currency"))),
                List.of(
                    new Effect.Amount(
                        new ColumnMapping("amount_minor", new Field("amount_minor")),
                        Effect.Total.SUM)),
                Optional.of("entries"),
                Tombstones.REFUSED));
    assertThat(OnceflowSinkConfig.of(config).tables().get(2).when().terms())
        .isEqualTo(List.of(new Selection.Equal(new Field("account_type"), "MERCHANT")));
  }

  @Test
  void everyOtherKeyOfATableIsMapped() {
    config.put("unrouted", "ignore");
    config.put("generation", "3");
    config.put("table.ledger_entries.dedupe", "memory");
    config.put("table.ledger_entries.tombstones", "ignore");
    config.put("table.account_balances.key", "account=key:account,currency");
    config.put("table.account_balances.generation", "run");
    config.put("table.account_balances.delete", "true");
    config.put("table.merchant_daily_totals.min", "smallest=amount_minor");
    config.put("table.merchant_daily_totals.max", "largest=amount_minor");
    config.put("table.merchant_daily_totals.target", "totals_${field:currency|lower}");
    config.put("table.merchant_daily_totals.when", "account_type=MERCHANT && header:kind~A|B");

    List<TableSpec> tables = OnceflowSinkConfig.of(config).tables();

    assertThat(OnceflowSinkConfig.of(config).deliveryOptions().tables().unrouted())
        .isEqualTo(Tables.Unrouted.IGNORE);
    assertThat(tables.get(0).effect())
        .isEqualTo(
            new Effect.Insert(
                new Field("entry_id"),
                Optional.empty(),
                Effect.Dedupe.BY_MEMORY,
                Tombstones.IGNORED));
    assertThat(tables.get(1).effect())
        .isEqualTo(
            new Effect.Upsert(
                Optional.empty(),
                List.of(
                    new ColumnMapping("account", new ValueSource.KeyField("account")),
                    new ColumnMapping("currency", new Field("currency"))),
                new Precedence.ByVersion(
                    "version", Optional.of(new Precedence.Generation("run", 3))),
                Tombstones.DELETE));
    assertThat(((Effect.Accumulate) tables.get(2).effect()).amounts())
        .extracting(Effect.Amount::total)
        .containsExactly(Effect.Total.SUM, Effect.Total.MIN, Effect.Total.MAX);
    assertThat(tables.get(2).target().parts())
        .isEqualTo(
            List.of(
                new TargetTemplate.Text("totals_"),
                new TargetTemplate.Value(new Field("currency"), TargetTemplate.Spelling.LOWER)));
    assertThat(tables.get(2).when().terms()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"position", "arrival", "column:position"})
  void versionsOfOtherKindsAreMapped(String version) {
    config.put("table.account_balances.version", version);
    if (version.equals("position")) {
      config.put("table.account_balances.position.columns", "p, o");
    }

    assertThat(
            ((Effect.Upsert) OnceflowSinkConfig.of(config).tables().get(1).effect()).precedence())
        .isEqualTo(
            switch (version) {
              case "position" -> new Precedence.ByPosition("p", "o");
              case "arrival" -> new Precedence.ByArrival();
              default -> new Precedence.ByVersion("position", Optional.empty());
            });
  }

  @Test
  void columnsThatTheSinkFillsCanNotBeMapped() {
    config.put("table.account_balances.columns", "account,version,run");
    config.put("table.account_balances.generation", "run");

    assertThat(errors())
        .containsExactly(
            "table.account_balances.generation: column run is filled by the sink; it can't be in"
                + " table.account_balances.columns");
  }

  @Test
  void effectSqlIsMapped() {
    config.put("tables", config.get("tables") + ",books");
    config.put("table.books.topics.regex", "ledger-(.*)");
    config.put("table.books.effect", "sql");
    config.put("table.books.columns", "id uuid=entry_id, amount numeric(10, 2)=amount_minor");
    config.put(
        "table.books.statements",
        "INSERT INTO a SELECT id FROM batch WHERE note <> ';'; -- and\nWITH x AS (SELECT 1) SELECT 2");

    TableSpec books = OnceflowSinkConfig.of(config).tables().get(3);

    assertThat(errors()).isEmpty();
    assertThat(books.topics().groups("ledger-entries")).contains(List.of("entries"));
    assertThat(((Effect.Sql) books.effect()).columns())
        .isEqualTo(
            List.of(
                new Effect.BatchColumn("id", "uuid", new Field("entry_id")),
                new Effect.BatchColumn("amount", "numeric(10, 2)", new Field("amount_minor"))));
    assertThat(((Effect.Sql) books.effect()).statements())
        .isEqualTo(
            List.of(
                new SqlText.Statement(
                    "INSERT INTO a SELECT id FROM batch WHERE note <> ';'", Optional.empty()),
                new SqlText.Statement(
                    "x AS (SELECT 1) SELECT 2", Optional.of(SqlText.With.PLAIN))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connection.url | jdbc:mysql://h/d | connection.url: Invalid value jdbc:mysql://h/d for configuration connection.url: expected a JDBC URL of PostgreSQL",
        "connection.url | - | connection.url: Missing required configuration \"connection.url\"",
        "consumer.override.isolation.level | read_uncommitted | expected read_committed in the connector's own configuration",
        "consumer.override.isolation.level | - | expected read_committed in the connector's own configuration",
        "consumer.override.auto.offset.reset | latest | expected earliest: with anything else the consumer skips records",
        "preflight.accept | speed | preflight.accept: Invalid value speed for configuration preflight.accept: String must be one of: fsync, full_page_writes, tables.logged, tables.local",
        "fence.initial | group | fence.initial: expected earliest or offsets with topic.identity=unchecked: without an Admin client the sink sees neither the group's offsets nor where logs end",
        "fence.initial | - | fence.initial: expected earliest or offsets with topic.identity=unchecked: without an Admin client the sink sees neither the group's offsets nor where logs end",
        "fence.initial | first | fence.initial: Invalid value first for configuration fence.initial: expected earliest, latest, group, or offsets: TOPIC:PARTITION=OFFSET,...",
        "topic.identity | - | kafka.bootstrap.servers: is missing: expected the cluster's HOST:PORT,... so that the sink notices topics that were made again and records that expired unread; or topic.identity=unchecked to go without",
        "connection.ssl.mode | on | connection.ssl.mode: Invalid value on for configuration connection.ssl.mode: String must be one of: disable, allow, prefer, require, verify-ca, verify-full",
        "name | - | sink.name: expected a name here or in name",
        "tables | - | tables: Missing required configuration \"tables\"",
        "tables | ledger_entries,ledger_entries,account_balances,merchant_daily_totals | tables: table ledger_entries stands there twice",
        "topics.regex | x.* | table.ledger_entries.topic: topic ledger-entries is not in topics.regex=x.*",
        "topics.regex | ( | topics.regex: (: is no regular expression",
        "unrouted | drop | unrouted: Invalid value drop",
        "generation | -1 | generation: Invalid value -1",
        "table.ledger_entries.topics.regex | x | table.ledger_entries.topics.regex: stands beside table.ledger_entries.topic",
        "table.ledger_entries.target | x_${topic:1} | table.ledger_entries.target: asks for group 1 of the topic's name",
        "table.ledger_entries.target | x_${y} | table.ledger_entries.target: x_${y}: expected a name with ${topic}",
        "table.ledger_entries.tombstones | delete | table.ledger_entries.tombstones: delete: expected one of [error, ignore]",
        "table.ledger_entries.dedupe | none | table.ledger_entries.dedupe: none: expected one of [key, memory]",
        "table.ledger_entries.delete | true | table.ledger_entries.delete: has no meaning for effect insert",
        "table.account_balances.delete | yes | table.account_balances.delete: yes: expected true or false",
        "table.account_balances.version | position | table.account_balances.position.columns: is missing: expected two columns",
        "table.account_balances.position.columns | p,o | table.account_balances.position.columns: needs table.account_balances.version=position",
        "table.account_balances.key | account=key:a,account | table.account_balances.key: column account stands there twice",
        "topics | ledger-entries | table.account_balances.topic: topic account-balances is not in topics=[ledger-entries]",
        "topics | ledger-entries,account-balances,x | tables: no table reads topic x of topics; its records would be errors",
        "errors.tolerance | all | errors.tolerance: all would drop records that can't be stored, and, even with dlq.table=true, those that a converter can't read; set errors.deadletterqueue.topic.name",
        "batch.rows.max | 0 | batch.rows.max: Invalid value 0",
        "batch.bytes.max | 0 | batch.bytes.max: Invalid value 0",
        "retry.backoff.ms | 1 | retry.backoff.ms: Invalid value 1",
        "retry.backoff.max.ms | 1 | retry.backoff.max.ms: Invalid value 1",
        "takeover.timeout.ms | 0 | takeover.timeout.ms: Invalid value 0",
        "fenced.timeout.ms | 0 | fenced.timeout.ms: Invalid value 0",
        "table.ledger_entries.topic | - | table.ledger_entries.topic: is missing: expected the name of a topic",
        "table.ledger_entries.effect | - | table.ledger_entries.effect: is missing: expected one of [insert, upsert, accumulate, sql]",
        "table.ledger_entries.effect | delete | table.ledger_entries.effect: delete: expected one of [insert, upsert, accumulate, sql]",
        "table.ledger_entries.event.id | nowhere:x | table.ledger_entries.event.id: nowhere:x: expected what names an event: a field's name",
        "table.ledger_entries.event.id | record:offset | table.ledger_entries.event.id: record:offset: expected what names an event",
        "table.ledger_entries.event.id | header:ce_id | table.ledger_entries.event.id: header:ce_id goes to no column",
        "table.ledger_entries.columns | entry_id,a=b=:,entry_id | table.ledger_entries.columns: column entry_id stands there twice",
        "table.ledger_entries.columns | entry_id,a=x:y | table.ledger_entries.columns: a=x:y: expected NAME or COLUMN=SOURCE",
        "table.ledger_entries.key | a | table.ledger_entries.key: has no meaning for effect insert; remove it",
        "table.ledger_entries.when | a | table.ledger_entries.when: a: expected SOURCE=TEXT",
        "table.ledger_entries.colums | a | table.ledger_entries.colums: is no key of a table in tables=",
        "table.other.topic | a | table.other.topic: is no key of a table in tables=",
        "table.account_balances.key | - | table.account_balances.key: is missing: expected the columns that identify a row",
        "table.account_balances.version | - | table.account_balances.version: is missing: expected the column that orders the rows of one key",
        "table.account_balances.version | account | table.account_balances.version: account can't be a part of the key, too",
        "table.account_balances.columns | balance | table.account_balances.key: column account is not in table.account_balances.columns",
        "table.account_balances.columns | account | table.account_balances.version: column version is not in table.account_balances.columns",
        "table.account_balances.event.id | a | table.account_balances.event.id: has no meaning for effect upsert; remove it",
        "table.merchant_daily_totals.key | - | table.merchant_daily_totals.key: is missing: expected the columns that identify a row",
        "table.merchant_daily_totals.key | a=b,amount_minor | table.merchant_daily_totals.key: column amount_minor stands twice in key, sum, min, max and count",
        "table.merchant_daily_totals.columns | a | table.merchant_daily_totals.columns: has no meaning for effect accumulate; remove it",
      })
  void everyMistakeIsNamed(String key, String value, String message) {
    if (value.equals("-")) {
      config.remove(key);
    } else {
      config.put(key, value);
    }

    assertThat(errors()).anySatisfy(error -> assertThat(error).contains(message));
    assertThatThrownBy(() -> OnceflowSinkConfig.of(config)).isInstanceOf(ConfigException.class);
  }

  @Test
  void accumulateWithNothingToAddToIsRefused() {
    config.remove("table.merchant_daily_totals.sum");
    config.remove("table.merchant_daily_totals.count");

    assertThat(errors())
        .containsExactly(
            "table.merchant_daily_totals.sum: expected columns to add to, here or in"
                + " table.merchant_daily_totals.count");
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    config.remove("consumer.override.isolation.level");
    config.remove("table.ledger_entries.topic");
    config.put("fence.initial", "latest");

    assertThat(errors()).hasSizeGreaterThanOrEqualTo(3);
    assertThatThrownBy(() -> OnceflowSinkConfig.of(config))
        .hasMessageContaining("consumer.override.isolation.level")
        .hasMessageContaining("table.ledger_entries.topic")
        .hasMessageContaining("fence.initial");
  }

  @Test
  void everyKeyIsDocumented() {
    assertThat(OnceflowSinkConfig.definition().configKeys().values())
        .allSatisfy(key -> assertThat(key.documentation).isNotBlank());
  }

  @Test
  void alteringTheGroupsOffsetsIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> new OnceflowSinkConnector().alterOffsets(config, Map.of()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("onceflow fence");
  }

  @Test
  void replayNamesItsSinkAndItsEnd() {
    config.put("run", "7");
    assertThat(errors())
        .anySatisfy(error -> assertThat(error).startsWith("run.end: is missing"))
        .anySatisfy(error -> assertThat(error).startsWith("sink.name: is missing"))
        .anySatisfy(error -> assertThat(error).startsWith("fence.initial: has no meaning"));

    config.remove("fence.initial");
    config.put("sink.name", "payments-sink");
    config.put("run.end", "ledger-entries:0=7,ledger-entries");
    assertThat(errors()).singleElement().asString().contains("run.end", "TOPIC:PARTITION=OFFSET");

    config.put("run.end", "ledger-entries:0=7, ledger-entries:1=9");
    assertThat(errors()).isEmpty();
    assertThat(OnceflowSinkConfig.of(config).deliveryOptions().run())
        .isEqualTo(
            new Run(
                "7",
                Map.of(
                    new TopicPartition("ledger-entries", 0), 7L,
                    new TopicPartition("ledger-entries", 1), 9L)));
  }

  @Test
  void liveWorkHasNoEnd() {
    config.put("run.end", "ledger-entries:0=7");

    assertThat(errors()).singleElement().asString().contains("run.end: needs run");
  }

  @Test
  void onlyAReplayHasAFilter() {
    config.put("run.filter", "header:region=eu");
    assertThat(errors()).singleElement().asString().contains("run.filter: needs run");

    config.remove("fence.initial");
    config.put("sink.name", "payments-sink");
    config.put("run", "7");
    config.put("run.end", "ledger-entries:0=7");
    assertThat(errors()).isEmpty();

    config.put("run.filter", "header:region=eu,region=eu");
    assertThat(errors()).singleElement().asString().contains("run.filter", "field:PATH=TEXT");
  }
}
