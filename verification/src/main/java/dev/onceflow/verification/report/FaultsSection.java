package dev.onceflow.verification.report;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The faults one by one. */
final class FaultsSection {
  /** More faults than these have no row each. */
  static final int ROWS_MAX = 500;

  private static final int BITE_MAX = 140;
  private final ChaosReport report;
  private final RunTime time;
  private final PageParts page;
  private final Markup html;

  FaultsSection(ChaosReport report, RunTime time, PageParts page) {
    this.report = report;
    this.time = time;
    this.page = page;
    this.html = page.html();
  }

  void write() {
    page.section("faults", "Faults one by one");
    List<Fault> faults = report.faults();
    if (faults.isEmpty()) {
      html.element("p", "No fault struck.");
      return;
    }
    List<Fault> shown = shownFaults();
    if (shown.size() < faults.size()) {
      html.element(
          "p",
          "%s of %s: those that did not bite, those that were not recovered from, then those that took"
                  .formatted(Figures.count(shown.size()), Figures.count(faults.size(), "fault"))
              + " longest. The JSON has all.");
    }
    // The columns' looks are in the style sheet: a class on each cell would be a tenth of the page.
    html.open("div", "class", "list");
    page.table(null, "At", "Leg", "Kind", "Lasted", "Bit after", "Recovered in", "What was seen");
    Set<Fault> rows = new HashSet<>(shown);
    for (int i = 0; i < faults.size(); i++) {
      if (rows.contains(faults.get(i))) {
        fault(i + 1, faults.get(i));
      }
    }
    page.endTable();
    html.close();
  }

  private void fault(int number, Fault fault) {
    html.open("tr", "id", "f" + number);
    html.element("td", Figures.clock(time.struck(fault)));
    html.element("td", Integer.toString(fault.leg()));
    html.element("td", fault.number() + " " + fault.kind());
    html.element("td", lasted(fault)).open("td");
    page.orNot(
        fault.bitten(),
        () -> Figures.span(Math.round((time.bitten(fault) - time.struck(fault)) * 1_000)),
        "did not bite");
    html.close().open("td");
    if (fault.bitten()) {
      page.orNot(fault.recovered(), () -> Figures.span(fault.recoveryMs()), "not recovered");
    } else {
      html.words("–");
    }
    html.close();
    html.element("td", Figures.cut(Figures.visible(fault.bite()), BITE_MAX));
    html.close().line();
  }

  private List<Fault> shownFaults() {
    if (report.faults().size() <= ROWS_MAX) {
      return report.faults();
    }
    return report.faults().stream()
        .sorted(
            Comparator.comparing(Fault::bitten)
                .thenComparing(Fault::recovered)
                .thenComparing(
                    fault -> fault.recoveryMs() == null ? 0L : fault.recoveryMs(),
                    Comparator.reverseOrder()))
        .limit(ROWS_MAX)
        .toList();
  }

  private String lasted(Fault fault) {
    return fault.endedAt() == null
        ? "to the end"
        : Figures.span(Math.round((time.ended(fault) - time.struck(fault)) * 1_000));
  }
}
