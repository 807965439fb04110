package dev.onceflow.verification.report;

import java.util.List;

/** Lost and doubled effects of the run under test and of each control. */
final class ModesSection {
  private final ChaosReport report;
  private final PageParts page;
  private final Markup html;

  ModesSection(ChaosReport report, PageParts page) {
    this.report = report;
    this.page = page;
    this.html = page.html();
  }

  void write() {
    page.section("modes", "Modes against lost and duplicated effects");
    List<ModeRow> rows = ModeRow.of(report);
    if (rows.isEmpty()) {
      html.element("p", "No mode was judged.");
      return;
    }
    ModeRow.LEGEND.forEach(each -> html.element("p", each));
    page.table(
        null, "Mode", "r:Effects", "r:Lost", "r:Twice", "r:Other", "Outcome", "What was seen");
    for (ModeRow row : rows) {
      ModeResult sum = row.sum();
      html.open("tr").open("th", "scope", "row");
      html.words(Figures.name(sum.mode()));
      html.close();
      page.figures(sum.effects(), sum.lost(), sum.twice(), sum.other());
      html.open("td");
      html.element(
          "span",
          row.outcome(),
          "class",
          row.asItMust()
              ? "v-valid"
              : sum.control() ? "v-unknown" : PageParts.answerStyle(sum.answer()));
      html.close().open("td", "class", "w");
      if (sum.description() != null) {
        html.words(sum.description() + ". ");
      }
      if (sum.saw() != null) {
        html.words("Seen: " + Figures.cut(Figures.visible(sum.saw()), 240) + ". ");
      }
      if (!sum.caughtBy().isEmpty()) {
        html.element("span", "By " + String.join(", ", sum.caughtBy()) + ".", "class", "soft");
      }
      html.close().close().line();
    }
    page.endTable();
  }
}
