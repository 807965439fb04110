package dev.onceflow.verification.report;

import java.util.List;
import java.util.function.Function;

/** What each process held. */
final class HeldSection {
  private final ChaosReport report;
  private final PageParts page;
  private final Markup html;

  HeldSection(ChaosReport report, PageParts page) {
    this.report = report;
    this.page = page;
    this.html = page.html();
  }

  void write() {
    List<ProcessRow> rows = ProcessRow.of(report);
    if (rows.isEmpty()) {
      return;
    }
    page.section("processes", "What each process held");
    html.element(
        "p",
        "At the first reading, at the last, and at most. A process that was killed begins anew under"
            + " the same name.",
        "class",
        "soft");
    page.table(
        null,
        "Process",
        "r:Memory, first",
        "r:last",
        "r:most",
        "r:Open files, first",
        "r:last",
        "r:most",
        "r:State on disk, first",
        "r:last",
        "r:most");
    for (ProcessRow row : rows) {
      html.open("tr").element("th", row.process(), "scope", "row", "class", "k");
      held(row.memory(), Figures::bytes);
      held(row.fileHandles(), Figures::count);
      held(row.state(), Figures::bytes);
      html.close().line();
    }
    page.endTable();
  }

  private void held(ProcessRow.Held held, Function<Long, String> shown) {
    for (Long value : held.values()) {
      html.element("td", value == null ? "–" : shown.apply(value), "class", "r");
    }
  }
}
