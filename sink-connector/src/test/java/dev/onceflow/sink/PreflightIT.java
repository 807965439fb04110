package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that can't hold the guarantee isn't written to, unless its user says so by name. */
class PreflightIT {
  private static final String ENTRIES = "SELECT count(*) FROM ledger_entries";

  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);

  private TestingWorker worker(String url, Map<String, String> more) {
    Map<String, String> config = new HashMap<>(Payments.config(url));
    config.putAll(more);
    TestingWorker worker = new TestingWorker(new OnceflowSinkTask(), config, 100);
    worker.assign(Map.of(entries, 0L));
    return worker;
  }

  private void append(int from, int to) {
    for (int i = from; i < to; i++) {
      entries.append("k", Payments.entry(i, 1, 100));
    }
  }

  @Test
  void serverWithoutFsyncAndWholePagesIsRefusedUnlessBothAreAccepted() throws IOException {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("full_page_writes", "off")
            .start()) {
      TestingPostgres postgres = TestingPostgres.freshDatabaseOf(server);
      postgres.execute(Payments.TABLES);
      append(0, 10);

      // Nothing is written, and both are named at once.
      assertThatThrownBy(worker(postgres.url(), Map.of())::step)
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll(
              "fsync: off; needed: on",
              "full_page_writes: off; needed: on",
              "set fsync = on",
              "preflight.accept");
      assertThat(postgres.query(ENTRIES)).isEqualTo("0");

      // One that was accepted doesn't let the other one pass.
      assertThatThrownBy(worker(postgres.url(), Map.of("preflight.accept", "fsync"))::step)
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("full_page_writes: off")
          .hasMessageNotContaining("fsync: off");

      worker(postgres.url(), Map.of("preflight.accept", "fsync,full_page_writes")).drain();
      assertThat(postgres.query(ENTRIES)).isEqualTo("10");
    }
  }

  @Test
  void standbyIsWaitedForUntilItIsPromoted(@TempDir Path folder) throws IOException {
    Path data = folder.resolve("data");
    String name = "shop";
    try (EmbeddedPostgres primary = onDisk(data)) {
      TestingPostgres postgres = TestingPostgres.freshDatabaseOf(primary, name);
      postgres.execute(Payments.TABLES);
      append(0, 10);
      worker(postgres.url(), Map.of()).drain();
    }
    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedPostgres standby = onDisk(data)) {
      TestingPostgres postgres = TestingPostgres.databaseOf(standby, name);
      append(10, 20);
      TestingWorker worker = worker(postgres.url(), Map.of());

      // Retried, not failed: nobody has to start the task once the failover is through.
      assertThat(worker.step()).isEqualTo(-1);
      assertThatThrownBy(() -> worker.put(List.of()))
          .isInstanceOf(RetriableException.class)
          .hasStackTraceContaining("the server is a standby");

      postgres.query("SELECT pg_promote()");
      worker.drain();
      assertThat(postgres.query(ENTRIES)).isEqualTo("20");
    }
  }

  private static EmbeddedPostgres onDisk(Path data) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "on")
        .start();
  }

  @Test
  void unloggedTargetTableIsRefusedUnlessAccepted() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    postgres.execute("ALTER TABLE ledger_entries SET UNLOGGED");
    append(0, 10);

    assertThatThrownBy(worker(postgres.url(), Map.of())::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("tables.logged: table ledger_entries is unlogged");
    assertThat(postgres.query(ENTRIES)).isEqualTo("0");

    worker(postgres.url(), Map.of("preflight.accept", "tables.logged")).drain();
    assertThat(postgres.query(ENTRIES)).isEqualTo("10");
  }

  @Test
  void tableThatBecomesUnloggedUnderTheTaskIsNoticed() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    TestingWorker worker = worker(postgres.url(), Map.of("catalogue.refresh.ms", "100"));
    append(0, 10);
    worker.drain();

    postgres.execute("ALTER TABLE ledger_entries SET UNLOGGED; SELECT pg_sleep(0.2)");
    append(10, 20);

    assertThatThrownBy(worker::drain)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table ledger_entries is unlogged");
  }

  /** Nobody describes these anew, and no connection is opened. */
  @Test
  void fenceThatBecomesUnloggedUnderTheTaskIsNoticed() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    TestingWorker worker = worker(postgres.url(), Map.of("catalogue.refresh.ms", "100"));
    append(0, 10);
    worker.drain();

    postgres.execute("ALTER TABLE onceflow.fence SET UNLOGGED; SELECT pg_sleep(0.2)");
    append(10, 20);

    assertThatThrownBy(worker::drain)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table onceflow.fence is unlogged");
  }

  @Test
  void whatOthersKeepBesideOurTablesIsTheirBusiness() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    append(0, 10);
    worker(postgres.url(), Map.of()).drain();
    postgres.execute("CREATE UNLOGGED TABLE onceflow.fence_backup AS SELECT * FROM onceflow.fence");
    append(10, 20);

    worker(postgres.url(), Map.of()).drain();

    assertThat(postgres.query(ENTRIES)).isEqualTo("20");
  }

  @Test
  void unloggedFenceIsRefused() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    append(0, 10);
    worker(postgres.url(), Map.of()).drain();
    postgres.execute("ALTER TABLE onceflow.fence SET UNLOGGED");
    append(10, 20);

    assertThatThrownBy(worker(postgres.url(), Map.of())::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table onceflow.fence is unlogged");
    assertThat(postgres.query(ENTRIES)).isEqualTo("10");
  }

  @Test
  void partitionsAreLookedAtOneByOne() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    postgres.execute(
        """
        ALTER TABLE ledger_entries RENAME TO whole;
        CREATE TABLE ledger_entries (LIKE whole INCLUDING ALL) PARTITION BY HASH (entry_id);
        CREATE TABLE entries_0 PARTITION OF ledger_entries FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE UNLOGGED TABLE entries_1 PARTITION OF ledger_entries
          FOR VALUES WITH (MODULUS 2, REMAINDER 1)""");
    append(0, 10);

    assertThatThrownBy(worker(postgres.url(), Map.of())::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("table entries_1 is unlogged")
        .hasMessageNotContaining("entries_0");
  }

  @Test
  void foreignTargetTableIsRefused() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    postgres.execute(
        """
        CREATE FOREIGN DATA WRAPPER elsewhere;
        CREATE SERVER other FOREIGN DATA WRAPPER elsewhere;
        ALTER TABLE ledger_entries RENAME TO whole;
        CREATE FOREIGN TABLE ledger_entries (entry_id uuid) SERVER other""");
    append(0, 10);

    assertThatThrownBy(
            worker(postgres.url(), Map.of("table.ledger_entries.dedupe", "memory"))::step)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("tables.local: table ledger_entries is foreign");
  }

  @Test
  void commitsWithoutWaitingForTheDiskAreNotRefused() {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    append(0, 10);

    // A crash takes effects and fence back together, to a commit that both have.
    worker(postgres.url() + "&options=-c%20synchronous_commit=off", Map.of()).drain();

    assertThat(postgres.query(ENTRIES)).isEqualTo("10");
  }
}
