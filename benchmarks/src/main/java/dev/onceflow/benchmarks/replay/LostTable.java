package dev.onceflow.benchmarks.replay;

import dev.onceflow.benchmarks.replay.Target.Standing;
import dev.onceflow.cli.UserException;
import dev.onceflow.local.connect.ConnectWorker;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Most rows of two tables are lost while the job and the sink go on working; a replay brings them
 * back, although its command is killed three times and the Connect worker once. Audited before and
 * after.
 */
final class LostTable {
  /** Which replay brings the rows back, as {@code onceflow replay} has it. */
  enum Kind {
    /** The output topics run through the sink again. */
    REAPPLY("reapply");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private static final int KILLS = 4;
  private static final double FIRST_KILL = 0.05;
  private static final double LAST_KILL = 0.8;

  /** Slow enough for the kills to fall into it; the limit is lifted after the last one. */
  private static final long SECONDS_AT_RATE = 100;

  private static final long RATE_MIN = 200;

  // Of 1,024; which rows, says a hash with the seed.
  private static final int ENTRIES_LOST = 614;
  private static final int BALANCES_LOST = 512;

  private static final Pattern MISSING = Pattern.compile("MISSING: (\\d+)\\R((?:  \\S+ .*\\R)+)");
  private static final Pattern NAMED = Pattern.compile("^  ([0-9a-f-]{36}) ", Pattern.MULTILINE);

  private final Stage stage;
  private final Target target;
  private final Findings findings;
  private final Feed feed;
  private final Kind kind;
  private final Random random;
  private final long seed;

  /** The offsets that were passed at the last kill; the next one comes behind them. */
  private long killedAt;

  LostTable(Stage stage, Feed feed, Kind kind, long seed) {
    this.stage = stage;
    this.target = stage.target();
    this.findings = stage.findings();
    this.feed = feed;
    this.kind = kind;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Runs it; events must flow already, and flow on. */
  void run() throws Exception {
    loseRows();
    long lost = target.number("SELECT count(*) FROM lost_entries");
    findings.step("%,d rows of ledger_entries are lost".formatted(lost));
    checkAuditNames(lost, stage.audit());
    long sentBefore = feed.sent();
    replay();
    findings.check(
        "the live job received new events until the replay was over (%,d meanwhile)"
            .formatted(feed.sent() - sentBefore),
        feed.flows() && feed.sent() > sentBefore);
    findings.check(
        "every lost entry is there again",
        target.number(
                "SELECT count(*) FROM lost_entries AS l WHERE NOT EXISTS"
                    + " (SELECT FROM ledger_entries AS e WHERE e.entry_id = l.entry_id)")
            == 0);
    Stage.Audit after = stage.audit();
    findings.check("the audit afterwards agrees", after.agrees());
    target.execute("DROP TABLE lost_entries");
  }

  private void loseRows() throws SQLException {
    target.execute(
        "CREATE TABLE lost_entries (entry_id uuid PRIMARY KEY)",
        // The sink waits for a moment, so that neither of us deadlocks with the other's row locks.
        "LOCK TABLE ledger_entries IN SHARE ROW EXCLUSIVE MODE",
        """
        WITH gone AS (
          DELETE FROM ledger_entries
          WHERE (hashtextextended(entry_id::text, %d) & 1023) < %d RETURNING entry_id)
        INSERT INTO lost_entries SELECT entry_id FROM gone"""
            .formatted(seed, ENTRIES_LOST));
    target.execute(
        "LOCK TABLE account_balances IN SHARE ROW EXCLUSIVE MODE",
        "DELETE FROM account_balances WHERE (hashtextextended(account, %d) & 1023) < %d"
            .formatted(seed, BALANCES_LOST));
  }

  private void checkAuditNames(long lost, Stage.Audit audit) throws SQLException {
    Matcher missing = MISSING.matcher(audit.text());
    boolean isCounted = missing.find() && Long.parseLong(missing.group(1)) == lost;
    findings.check("the audit before counts %,d missing rows".formatted(lost), isCounted);
    int named = 0;
    int lostAmongThem = 0;
    Matcher names = NAMED.matcher(audit.text());
    while (names.find()) {
      named++;
      lostAmongThem +=
          (int)
              target.number(
                  "SELECT count(*) FROM lost_entries WHERE entry_id = '%s'"
                      .formatted(names.group(1)));
    }
    findings.check(
        "it names %d of them, and no other".formatted(named), named > 0 && named == lostAmongThem);
  }

  private void replay() throws Exception {
    long offsets = target.applied(Stage.SINK);
    String rate = Long.toString(Math.max(RATE_MIN, offsets / SECONDS_AT_RATE));
    String[] options = {"--all", "--rate", rate};
    double[] points = random.doubles(KILLS, FIRST_KILL, LAST_KILL).sorted().toArray();
    int ofTheWorker = random.nextInt(KILLS);
    CommandRun command = stage.replay(kind.word, options);
    try {
      for (int i = 0; i < KILLS; i++) {
        awaitDriven(command, points[i]);
        if (i == ofTheWorker) {
          killWorker();
        } else {
          command.kill();
          noteKill("the command");
          command = stage.replay(kind.word, options);
        }
      }
      awaitDriven(command, 0);
      Standing standing = standing();
      long id = standing.id();
      stage.changeReplay("rate", Long.toString(id), "none");
      findings.step("the replay's limit of %s records a second is lifted".formatted(rate));
      int code = command.ended(Stage.LIMIT);
      findings.check("the last command says that nothing is missing: exit code " + code, code == 0);
      if (code != 0) {
        findings.step(command.text());
      }
      checkOver(standing);
    } finally {
      command.close();
    }
  }

  /** Until the replay has come so far, and this command drives it. */
  private void awaitDriven(CommandRun command, double share) throws Exception {
    Waiting.until(
        "the replay has come to %.0f %%".formatted(share * 100),
        Stage.LIMIT,
        () -> {
          if (!command.runs()) {
            throw new IllegalStateException("the replay has ended: " + command.text());
          }
          return target
              .replay()
              .filter(now -> now.isDriven() && now.done() > killedAt && now.share() >= share)
              .isPresent();
        });
  }

  private void killWorker() throws SQLException {
    ConnectWorker worker = stage.pipeline().worker();
    worker.process().kill();
    noteKill("the Connect worker");
    worker.restart();
  }

  private void noteKill(String who) throws SQLException {
    Standing now = standing();
    findings.check(
        "%s was killed in the middle: at %,d of %,d offsets, the replay %s"
            .formatted(who, now.done(), now.size(), now.state()),
        now.done() > 0 && now.done() < now.size() && now.state().equals("running"));
    killedAt = now.done();
  }

  private Standing standing() throws SQLException {
    Optional<Standing> standing = target.replay();
    return standing.orElseThrow(() -> new IllegalStateException("there is no replay"));
  }

  private void checkOver(Standing over) throws Exception {
    findings.check(
        "all commands were one replay, and it is done",
        target
            .text("SELECT string_agg(id || ' ' || state, ', ') FROM onceflow.replays")
            .equals(over.id() + " done"));
    findings.check(
        "nothing of it is left: no fence, no connector",
        target.number("SELECT count(*) FROM onceflow.fence WHERE run <> ''") == 0
            && isGone(
                () -> stage.pipeline().worker().status(Stage.SINK + "-replay-" + over.run())));
    findings.figure(
        "replay seconds, limited until the last kill",
        Double.parseDouble(
            target.text(
                "SELECT extract(epoch FROM finished_at - started_at) FROM onceflow.replays WHERE id = "
                    + over.id())));
  }

  private static boolean isGone(Callable<?> asked) throws Exception {
    try {
      asked.call();
      return false;
    } catch (UserException e) {
      return e.getMessage().contains("404");
    }
  }
}
