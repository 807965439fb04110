package dev.onceflow.verification.report;

import java.util.Map;
import java.util.Objects;

/** What was left out, what ran where, and how to repeat it. */
final class SetupSection {
  private final ChaosReport report;
  private final PageParts page;
  private final Markup html;

  SetupSection(ChaosReport report, PageParts page) {
    this.report = report;
    this.page = page;
    this.html = page.html();
  }

  void leftOut() {
    page.section("left-out", "What was left out, and why");
    if (report.leftOut().isEmpty()) {
      html.element("p", "Nothing.");
      return;
    }
    html.open("ul");
    for (LeftOut leftOut : LeftOut.byReason(report.leftOut())) {
      html.open("li").element("strong", leftOut.what()).words(": " + leftOut.why()).close();
    }
    html.close().line();
  }

  void setup() {
    page.section("setup", "Setup, and how to repeat it");
    html.element("pre", Objects.toString(report.run().command(), ""));
    if (!report.legs().isEmpty()) {
      page.table(
          "Legs", "r:Leg", "Phase", "Began", "r:Took", "Ended", "Command, and what was different");
      for (Leg leg : report.legs()) {
        html.open("tr").element("td", Integer.toString(leg.number()), "class", "r");
        html.element("td", leg.phase());
        html.element("td", Figures.moment(leg.startedAt()), "class", "k");
        html.element("td", Figures.span(leg.length()), "class", "r");
        html.element("td", leg.interruption() == null ? "as planned" : leg.interruption());
        html.open("td", "class", "w");
        if (leg.command() != null) {
          html.element("code", leg.command());
        }
        leg.differs().forEach((name, value) -> html.words("; " + name + ": " + value));
        html.close().close().line();
      }
      page.endTable();
    }
    pairs("Options", report.run().options());
    pairs("Versions", report.run().versions());
    pairs("Machine", report.run().machine());
  }

  private void pairs(String caption, Map<String, String> values) {
    if (values.isEmpty()) {
      return;
    }
    html.open("div", "class", "wide").open("table").element("caption", caption).open("tbody");
    values.forEach(
        (name, value) -> {
          html.open("tr").element("th", name, "scope", "row", "class", "k");
          html.element("td", value, "class", "w").close();
        });
    page.endTable();
  }
}
