package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tables of the target database, up to the sink's fence where it has one. */
final class TableChecks {
  private static final String ENTRIES_TABLE = "table ledger_entries";
  private static final String BALANCES_TABLE = "table account_balances";
  private static final String DAYS_TABLE = "table merchant_daily_totals";
  private static final String FENCE_TABLE = "table onceflow.fence";

  private final Expectations expected;
  private final History history;
  private final Findings findings;

  TableChecks(Expectations expected, History history, Findings findings) {
    this.expected = expected;
    this.history = history;
    this.findings = findings;
  }

  void check(Tables tables) {
    // Without the topics nobody knows where the fence stands among them.
    Map<String, Long> fences = history.outputs().isPresent() ? tables.fences() : Map.of();
    Cut fence = new Cut(Expectations.LEDGER, fences);
    entries(tables.entries(), fence);
    balances(tables.balances(), !fences.isEmpty());
    days(tables.days(), fence);
    fences(fences);
  }

  private void entries(Log<LedgerEntry> rows, Cut fence) {
    ExpectedEntries entries = expected.entries();
    Standing standing = new Standing(entries.records(), ENTRIES_TABLE, entries::id, findings);
    Map<String, Long> sums = new TreeMap<>();
    rows.forEach(
        row -> {
          int number = OutputChecks.find(entries.records(), row.getEntryId());
          sums.merge(row.getCurrency(), row.getAmountMinor(), Long::sum);
          if (number == IdTable.NONE) {
            standing.foreign(row.getEntryId(), row.toString(), "event " + row.getEventId());
          } else {
            standing.see(number, entries.isRow(number, row), row.toString(), "a row");
          }
        });
    standing.end(number -> isDue(number, fence));
    for (int i = 0; i < entries.records().size(); i++) {
      if (standing.stands(i) && !isDue(i, fence)) {
        findings.add(
            Check.FENCE,
            ENTRIES_TABLE,
            entries.id(i),
            "no row: the fence has not passed it",
            "a row",
            entries.place(i) == ExpectedEntries.NOWHERE
                ? "not in the ledger"
                : Place.unpacked(Expectations.LEDGER, entries.place(i)));
      }
    }
    // Up to a fence in mid-stream half of a posting may be there; at rest all of it is.
    if (isAtRest(fence)) {
      OutputChecks.sums(ENTRIES_TABLE, sums, findings);
    }
  }

  private boolean isAtRest(Cut fence) {
    ExpectedEntries entries = expected.entries();
    for (int i = 0; i < entries.records().size(); i++) {
      if (!isDue(i, fence)) {
        return false;
      }
    }
    return true;
  }

  private boolean isDue(int number, Cut fence) {
    return fence.isBefore(expected.entries().place(number));
  }

  private void balances(Log<AccountBalance> rows, boolean fenced) {
    Set<String> seen = new HashSet<>();
    boolean ordered = history.outputs().isPresent();
    rows.forEach(
        row -> {
          AccountLine line = expected.entries().account(row.getAccount());
          findings.looked(Check.TWICE, 1);
          if (!seen.add(row.getAccount())) {
            findings.add(Check.TWICE, BALANCES_TABLE, row.getAccount(), "one row", "another", "");
          }
          int version = line == null ? 0 : due(line, ordered && fenced);
          if (line == null || version == 0) {
            findings.looked(Check.FOREIGN, 1);
            findings.add(Check.FOREIGN, BALANCES_TABLE, row.getAccount(), "no row", row, "");
          } else if (ordered) {
            findings.compare(
                Check.BALANCE,
                BALANCES_TABLE,
                row.getAccount(),
                line.at(version).toString(),
                row.toString(),
                "");
          } else {
            AccountBalance wanted = line.at(version);
            findings.compare(
                Check.BALANCE,
                BALANCES_TABLE,
                row.getAccount(),
                wanted.getBalanceMinor() + " after " + wanted.getVersion() + " entries",
                row.getBalanceMinor() + " after " + row.getVersion() + " entries",
                "");
          }
        });
    expected
        .entries()
        .forEachAccount(
            line -> {
              findings.looked(Check.LOST, 1);
              if (due(line, ordered && fenced) > 0 && !seen.contains(line.name())) {
                findings.add(Check.LOST, BALANCES_TABLE, line.name(), "a row", "none", "");
              }
            });
  }

  // The sink reads balances from their topic; the latest that its fence has passed must stand.
  private static int due(AccountLine line, boolean fenced) {
    return fenced ? line.latestBelowFence() : line.size();
  }

  private void days(Log<DailySum> rows, Cut fence) {
    Map<String, DailySum> found = new HashMap<>();
    rows.forEach(
        row -> {
          findings.looked(Check.TWICE, 1);
          if (found.put(row.key(), row) != null) {
            findings.add(Check.TWICE, DAYS_TABLE, row.key(), "one row", "another", "");
          }
          if (expected.entries().day(row.key()) == null) {
            findings.looked(Check.FOREIGN, 1);
            findings.add(Check.FOREIGN, DAYS_TABLE, row.key(), "no row", row, "");
          }
        });
    expected.entries().forEachDay(line -> day(line, found.get(line.name()), fence));
  }

  private void day(DayLine line, DailySum found, Cut fence) {
    DailySum wanted = line.sum(line.dueVersion(fence));
    long entries = found == null ? 0 : found.entries();
    long amount = found == null ? 0 : found.amountMinor();
    findings.looked(Check.LOST, wanted.entries());
    findings.looked(Check.TWICE, wanted.entries());
    findings.looked(Check.BALANCE, 1);
    Check check =
        entries < wanted.entries()
            ? Check.LOST
            : entries > wanted.entries() ? Check.TWICE : Check.BALANCE;
    if (entries != wanted.entries() || amount != wanted.amountMinor()) {
      findings.add(
          check,
          Math.max(1, Math.abs(entries - wanted.entries())),
          DAYS_TABLE,
          line.name(),
          "%d entries, %d".formatted(wanted.entries(), wanted.amountMinor()),
          "%d entries, %d".formatted(entries, amount),
          "");
    }
  }

  // At rest the fence of each partition stands behind its last record.
  private void fences(Map<String, Long> fences) {
    if (fences.isEmpty()) {
      return;
    }
    history
        .committedLogs()
        .forEach(
            (partition, log) -> {
              if (log.last() < 0 || !isOfTheSink(partition)) {
                return;
              }
              findings.looked(Check.FENCE, 1);
              long next = fences.getOrDefault(partition, 0L);
              if (next <= log.last()) {
                findings.add(
                    Check.FENCE,
                    FENCE_TABLE,
                    partition,
                    "behind its last record, " + log.last(),
                    "next offset " + next,
                    "");
              }
            });
  }

  private static boolean isOfTheSink(String partition) {
    return partition.startsWith(Expectations.LEDGER + '-')
        || partition.startsWith(Expectations.BALANCES + '-');
  }
}
