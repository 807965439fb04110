package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A mode over all legs in which it ran: sums, and who caught it. */
record ModeRow(ModeResult sum, int runs, int asTheyMust) {
  /** What the columns count, for whoever reads such a table for the first time. */
  static final List<String> LEGEND =
      List.of(
          "Lost: effects that must stand and don't. Twice: effects that stand more than once. Other:"
              + " sums and balances that are wrong, effects that nothing led to.",
          "Every mode but exactly-once lacks one thing and must be caught: a check that finds nothing"
              + " wrong there is blind.");

  /** The run under test first, then the controls as they come. */
  static List<ModeRow> of(ChaosReport report) {
    Map<String, ModeRow> rows = new LinkedHashMap<>();
    for (ModeResult mode : report.modes()) {
      rows.merge(mode.mode(), new ModeRow(mode, 1, mode.asItMust() ? 1 : 0), ModeRow::and);
    }
    List<ModeRow> ordered = new ArrayList<>();
    rows.values().stream().filter(row -> !row.sum.control()).forEach(ordered::add);
    rows.values().stream().filter(row -> row.sum.control()).forEach(ordered::add);
    return ordered;
  }

  /** In words, for a table's last column. */
  String outcome() {
    String times = runs == 1 ? "" : " in %d of %d runs".formatted(asTheyMust, runs);
    if (sum.control()) {
      return asTheyMust == 0 ? "NOT CAUGHT" : "caught" + times;
    }
    return asTheyMust == runs
        ? "clean"
        : sum.lost() + sum.twice() + sum.other() == 0 ? "unknown" : "BROKEN";
  }

  boolean asItMust() {
    return asTheyMust == runs;
  }

  private ModeRow and(ModeRow later) {
    ModeResult a = sum;
    ModeResult b = later.sum;
    Set<String> caughtBy = new LinkedHashSet<>(a.caughtBy());
    caughtBy.addAll(b.caughtBy());
    return new ModeRow(
        new ModeResult(
            0,
            a.mode(),
            a.description(),
            a.control(),
            a.answer() == null || b.answer() == null ? Answer.UNKNOWN : a.answer().and(b.answer()),
            a.effects() + b.effects(),
            a.lost() + b.lost(),
            a.twice() + b.twice(),
            a.other() + b.other(),
            List.copyOf(caughtBy),
            a.saw() == null ? b.saw() : a.saw()),
        runs + later.runs,
        asTheyMust + later.asTheyMust);
  }
}
