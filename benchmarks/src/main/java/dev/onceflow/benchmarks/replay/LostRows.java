package dev.onceflow.benchmarks.replay;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Most rows of two tables, taken away; and whether an audit names them, and they are back. */
final class LostRows {
  // Of 1,024; which rows, says a hash with the seed.
  private static final int ENTRIES_LOST = 614;
  private static final int BALANCES_LOST = 512;

  private static final Pattern MISSING = Pattern.compile("MISSING: (\\d+)\\R((?:  \\S+ .*\\R)+)");
  private static final Pattern NAMED = Pattern.compile("^  ([0-9a-f-]{36}) ", Pattern.MULTILINE);

  private final Target target;
  private final Findings findings;
  private final long seed;

  LostRows(Stage stage, long seed) {
    this.target = stage.target();
    this.findings = stage.findings();
    this.seed = seed;
  }

  /** Takes them away; table {@code lost_entries} has the identifiers of the ledger's. */
  void take() throws SQLException {
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
    findings.step("%,d rows of ledger_entries are lost".formatted(count()));
  }

  /** How many of the ledger's were taken. */
  long count() throws SQLException {
    return target.number("SELECT count(*) FROM lost_entries");
  }

  /** An audit has to count so many of them, and to name no other row. */
  void checkAudit(long missingNow, Stage.Audit audit) throws SQLException {
    Matcher missing = MISSING.matcher(audit.text());
    boolean isCounted = missing.find() && Long.parseLong(missing.group(1)) == missingNow;
    findings.check("the audit before counts %,d missing rows".formatted(missingNow), isCounted);
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

  /** All of them have to be there again. */
  void checkBack() throws SQLException {
    findings.check(
        "every lost entry is there again",
        target.number(
                "SELECT count(*) FROM lost_entries AS l WHERE NOT EXISTS"
                    + " (SELECT FROM ledger_entries AS e WHERE e.entry_id = l.entry_id)")
            == 0);
  }

  /** Forgets them. */
  void forget() throws SQLException {
    target.execute("DROP TABLE lost_entries");
  }
}
