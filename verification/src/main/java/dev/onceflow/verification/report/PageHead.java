package dev.onceflow.verification.report;

import java.util.List;
import java.util.Objects;

/** The top of the page: the answer and why, the main figures, links to the sections. */
final class PageHead {
  private static final int REASONS_MAX = 30;

  private final ChaosReport report;
  private final Markup html;

  PageHead(ChaosReport report, PageParts page) {
    this.report = report;
    this.html = page.html();
  }

  void write() {
    Conclusion conclusion = report.conclusion();
    html.open("header");
    html.element("p", "Onceflow chaos: exactly-once effects under faults", "class", "kicker");
    html.element("h1", report.run().title());
    html.element("p", Headline.length(report) + "; seed " + report.run().seed(), "class", "soft");
    html.open("div", "class", "answer " + Figures.name(conclusion.answer()));
    html.element("p", word(), "class", "word v-" + Figures.name(conclusion.answer()));
    html.element("p", Headline.effects(report) + ".");
    reasons(conclusion.reasons());
    html.close();
    facts();
    html.open("nav");
    for (String[] link :
        new String[][] {
          {"modes", "Modes"},
          {"timeline", "Timeline"},
          {"recovery", "Recovery"},
          {"checks", "Checks"},
          {"faults", "Faults one by one"},
          {"left-out", "Left out"},
          {"readings", "Readings"},
          {"setup", "Setup, and how to repeat it"}
        }) {
      html.element("a", link[1], "href", "#" + link[0]).words(" ");
    }
    html.close().close().line();
  }

  String word() {
    return switch (report.conclusion().answer()) {
      case VALID -> "Valid";
      case INVALID -> "Invalid";
      case UNKNOWN -> "Unknown";
    };
  }

  private void reasons(List<String> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    html.open("ul");
    reasons.stream().limit(REASONS_MAX).forEach(reason -> html.element("li", reason));
    if (reasons.size() > REASONS_MAX) {
      html.element(
          "li", "and " + Figures.count(reasons.size() - REASONS_MAX) + " more, in the JSON");
    }
    html.close();
  }

  private void facts() {
    long bitten = report.faults().stream().filter(Fault::bitten).count();
    List<Long> recoveries =
        report.faults().stream().map(Fault::recoveryMs).filter(Objects::nonNull).sorted().toList();

    html.open("dl", "class", "facts");
    fact("Run time", Figures.span(report.length()), "");
    fact(
        "Kinds of fault",
        Figures.count(report.faults().stream().map(Fault::kind).distinct().count()),
        "");
    fact("Faults that bit", Figures.count(bitten), "of " + Figures.count(report.faults().size()));
    fact("Recovered from", Figures.count(recoveries.size()), "of " + Figures.count(bitten));
    fact(
        "Median recovery",
        recoveries.isEmpty() ? "–" : Figures.span(Figures.median(recoveries)),
        "");
    fact(
        "Longest recovery",
        recoveries.isEmpty() ? "–" : Figures.span(recoveries.get(recoveries.size() - 1)),
        "");
    html.close();
  }

  private void fact(String name, String figure, String of) {
    html.open("div").element("dt", name).open("dd").words(figure);
    if (!of.isEmpty()) {
      html.words(" ").element("small", of);
    }
    html.close().close();
  }
}
