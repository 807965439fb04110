package dev.onceflow.verification.report;

import java.util.List;
import java.util.Objects;

/** What the checker said, and what it found. */
final class ChecksSection {
  private static final int FINDINGS_MAX = 10;

  private final ChaosReport report;
  private final PageParts page;
  private final Markup html;

  ChecksSection(ChaosReport report, PageParts page) {
    this.report = report;
    this.page = page;
    this.html = page.html();
  }

  void write() {
    page.section("checks", "Checks");
    List<CheckRow> rows = CheckRow.of(report);
    if (rows.isEmpty()) {
      html.element("p", "Nothing was checked.");
      return;
    }
    page.table(null, "Check", "Answer", "r:Times", "r:Deviations", "What was counted");
    for (CheckRow row : rows) {
      html.open("tr").element("th", row.name(), "scope", "row", "class", "k");
      html.open("td");
      page.answer(row.answer());
      html.close();
      page.figures(row.times(), row.deviations());
      html.element("td", row.counted(), "class", "w").close().line();
    }
    page.endTable();
    for (CheckRow row : rows) {
      row.withSomethingToSay().forEach(this::findings);
    }
  }

  private void findings(Check check) {
    html.open("h3").words(check.name() + (check.leg() == 0 ? "" : ", leg " + check.leg()) + ": ");
    page.answer(check.answer());
    html.close();
    if (check.note() != null) {
      html.element("p", check.note());
    }
    if (check.findings().isEmpty()) {
      return;
    }
    List<Deviation> shown = check.findings().stream().limit(FINDINGS_MAX).toList();
    page.table(
        "%s of %s"
            .formatted(Figures.count(shown.size()), Figures.count(check.deviations(), "deviation")),
        "About",
        "Expected",
        "Found",
        "Where");
    for (Deviation deviation : shown) {
      html.open("tr");
      for (String words :
          List.of(
              Objects.toString(deviation.subject(), ""),
              Objects.toString(deviation.expected(), ""),
              Objects.toString(deviation.found(), ""),
              Objects.toString(deviation.coordinates(), ""))) {
        html.element("td", Figures.cut(Figures.visible(words), 200), "class", "w");
      }
      html.close().line();
    }
    page.endTable();
  }
}
