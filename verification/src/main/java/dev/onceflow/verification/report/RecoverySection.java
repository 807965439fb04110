package dev.onceflow.verification.report;

import java.util.List;
import java.util.Objects;

/** How long recovery took, kind by kind. */
final class RecoverySection {
  private final ChaosReport report;
  private final PageParts page;
  private final Markup html;

  RecoverySection(ChaosReport report, PageParts page) {
    this.report = report;
    this.page = page;
    this.html = page.html();
  }

  void write() {
    page.section("recovery", "Recovery");
    List<KindRecovery> kinds = KindRecovery.of(report);
    if (kinds.isEmpty()) {
      html.element("p", "No fault struck.");
      return;
    }
    RecoveryScale scale = RecoveryScale.of(kinds);
    html.element(
        "p",
        "From the end of a fault until what it hit works again; zero where everything was whole before"
            + " the fault was lifted. Faults that did not bite don't count. In the picture each dot is"
            + " one recovery, the stroke their median; the scale is logarithmic, %s, and zero stands at its left"
                .formatted(scale.ends())
            + " end.");
    page.table(
        null,
        "r:No.",
        "Kind of fault",
        "r:Struck",
        "r:Bit",
        "r:Recovered",
        "r:Median",
        "r:Maximum",
        "Each recovery");
    String group = null;
    for (KindRecovery kind : kinds) {
      if (!Objects.equals(group, kind.group())) {
        group = kind.group();
        html.open("tr", "class", "group");
        html.element("th", FaultLane.title(group), "colspan", "8", "scope", "rowgroup");
        html.close();
      }
      html.open("tr").element("td", Integer.toString(kind.number()), "class", "r");
      html.element("td", kind.kind(), "class", "k");
      page.figures(kind.struck());
      page.counted(kind.bitten(), kind.bitten() > 0);
      page.counted(kind.recovered(), kind.recovered() == kind.bitten());
      html.element("td", Figures.spanOrDash(kind.medianMs()), "class", "r");
      html.element("td", Figures.spanOrDash(kind.maxMs()), "class", "r");
      html.open("td", "class", "dots");
      scale.draw(html, kind);
      html.close().close().line();
    }
    page.endTable();
  }
}
