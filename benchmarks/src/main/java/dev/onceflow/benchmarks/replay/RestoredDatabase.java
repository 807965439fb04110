package dev.onceflow.benchmarks.replay;

import dev.onceflow.local.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * The database is copied in mid-run, and later lost and set back to the copy, while events go on
 * coming: the sink brings it back, and nobody runs a replay.
 */
final class RestoredDatabase {
  /** So much has to be lost by going back. */
  private static final long OFFSETS_AFTER_THE_COPY = 2_000;

  private final Stage stage;
  private final Target target;
  private final Findings findings;

  RestoredDatabase(Stage stage) {
    this.stage = stage;
    this.target = stage.target();
    this.findings = stage.findings();
  }

  /** Runs it; events must flow already, and flow on. */
  void run() throws Exception {
    PostgresServer postgres = stage.pipeline().postgres();
    Path copy = stage.folder().resolve("copied");
    long atCopy = target.applied(Stage.SINK);
    postgres.process().stop();
    postgres.backUp(copy);
    postgres.restart();
    // Only the database that went on has it.
    target.execute("CREATE TABLE made_after_the_copy ()");
    findings.step(
        "the database was stopped in mid-run, at %,d offsets, copied and started again"
            .formatted(atCopy));
    Waiting.until(
        "the sink has gone on",
        Stage.LIMIT,
        () -> target.applied(Stage.SINK) >= atCopy + OFFSETS_AFTER_THE_COPY);

    long atLoss = target.applied(Stage.SINK);
    postgres.process().kill();
    postgres.restore(copy);
    postgres.restart();
    findings.check(
        "it was killed at %,d offsets and really went back to the copy".formatted(atLoss),
        target.text("SELECT to_regclass('made_after_the_copy') IS NULL").equals("t"));
    Waiting.until(
        "the sink has brought the database back",
        Stage.LIMIT,
        () -> target.applied(Stage.SINK) >= atLoss);
    findings.check(
        "the sink went on past that by itself, without a replay",
        target.text("SELECT to_regclass('onceflow.replays') IS NULL").equals("t"));
    findings.check("the audit of the restored database agrees", stage.audit().agrees());
    control();
  }

  private void control() throws Exception {
    target.execute(
        "CREATE TABLE kept AS SELECT * FROM ledger_entries ORDER BY entry_id LIMIT 1",
        "DELETE FROM ledger_entries WHERE entry_id IN (SELECT entry_id FROM kept)");
    String lost = target.text("SELECT entry_id FROM kept");
    Stage.Audit audit = stage.audit();
    findings.check(
        "control: the same audit names one row that is taken away",
        audit.code() == 1 && audit.text().contains("MISSING: 1") && audit.text().contains(lost));
    putBack();
  }

  private void putBack() throws SQLException {
    target.execute("INSERT INTO ledger_entries SELECT * FROM kept", "DROP TABLE kept");
  }
}
