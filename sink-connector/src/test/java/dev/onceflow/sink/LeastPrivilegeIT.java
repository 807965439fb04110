package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** A role that may do what docs/sink.md grants, and nothing else. */
class LeastPrivilegeIT {
  private static final Path PAGE = Path.of("..", "docs", "sink.md");
  private static final Pattern GRANTS =
      Pattern.compile("```sql\\n(-- rights.*?)```", Pattern.DOTALL);
  private static final Pattern OWN_SCHEMA =
      Pattern.compile("```sql\\n(-- its own schema.*?)```", Pattern.DOTALL);
  private static final String TOTALS = "SELECT entries, amount_minor FROM merchant_daily_totals";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);

  private String horizonMs = "604800000";

  private TestingWorker worker(String role) {
    Map<String, String> config =
        Payments.config(postgres.url().replace("user=postgres", "user=" + role));
    config.put("dedupe.horizon.ms", horizonMs);
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.assign(Map.of(entries, 0L));
    return worker;
  }

  private static String documented(Pattern pattern, String role, String database)
      throws IOException {
    Matcher grants = pattern.matcher(Files.readString(PAGE));
    assertThat(grants.find()).isTrue();
    return grants
        .group(1)
        .replace("sink_role", role)
        .replace("my_database", database)
        .replace("orders, totals", "ledger_entries, account_balances, merchant_daily_totals");
  }

  @Test
  void roleWithTheDocumentedRightsWritesTablesThatWereMadeForIt() throws IOException {
    postgres.execute(Payments.TABLES);
    // An administrator's run makes the sink's own tables.
    horizonMs = "-1";
    worker("postgres").drain();
    String database = postgres.query("SELECT current_database()");
    String role = "limited_" + database;
    postgres.execute("CREATE ROLE " + role + " LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC");
    postgres.execute("REVOKE TEMPORARY ON DATABASE " + database + " FROM PUBLIC");
    postgres.execute(documented(GRANTS, role, database));
    for (int i = 0; i < 10; i++) {
      entries.append("k", Payments.entry(i, 1, 100));
    }

    worker(role).drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("10,1000");
    assertThat(postgres.query("SELECT count(*) FROM ledger_entries")).isEqualTo("10");
  }

  @Test
  void roleThatOwnsTheSchemaMakesAndDropsPartitionsOfTheMemory() throws IOException {
    postgres.execute(Payments.TABLES);
    String database = postgres.query("SELECT current_database()");
    String role = "owner_" + database;
    postgres.execute("CREATE ROLE " + role + " LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC");
    postgres.execute("REVOKE TEMPORARY ON DATABASE " + database + " FROM PUBLIC");
    postgres.execute(documented(OWN_SCHEMA, role, database));
    entries.append("k", Payments.entry(0, 1, 100));
    TestingWorker worker = worker(role);
    worker.drain();
    entries.pass(Duration.ofDays(30));
    entries.append("k", Payments.entry(100_000_000, 1, 100));

    worker.drain();

    assertThat(postgres.query(TOTALS)).isEqualTo("2,200");
    assertThat(postgres.query("SELECT count(*) FROM onceflow.processed_ranges")).isEqualTo("1");
  }

  @Test
  void roleWithoutThemIsToldWhatTheDatabaseRefused() {
    postgres.execute(Payments.TABLES);
    worker("postgres").drain();
    String role = "nobody_" + postgres.query("SELECT current_database()");
    postgres.execute("CREATE ROLE " + role + " LOGIN");
    entries.append("k", Payments.entry(1, 1, 100));
    TestingWorker worker = worker(role);

    assertThatThrownBy(worker::drain)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("permission denied");
  }
}
