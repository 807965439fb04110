package dev.onceflow.verification.report;

import java.util.List;

/**
 * A report as text, for the end of a run: the answer and its reasons, the table of modes against
 * lost and duplicated effects, the checks, recovery by kind of fault, what was left out, and the
 * command that repeats the run.
 */
public final class ReportText {
  private static final int REASONS_MAX = 20;
  private static final int FINDINGS_MAX = 5;
  private static final int WORDS_MAX = 160;

  private final ChaosReport report;
  private final StringBuilder text = new StringBuilder();

  private ReportText(ChaosReport report) {
    this.report = report;
  }

  /** The whole text, with a line break at its end. */
  public static String of(ChaosReport report) {
    return new ReportText(report).whole();
  }

  private String whole() {
    answer();
    modes();
    checks();
    recovery();
    leftOut();
    repeat();
    return text.toString();
  }

  private void answer() {
    Conclusion conclusion = report.conclusion();
    line("Onceflow chaos: " + conclusion.answer());
    line("  %s, seed %d".formatted(Figures.visible(report.run().title()), report.run().seed()));
    line("  " + Headline.length(report));
    line("  " + Headline.faults(report));
    line("  " + Headline.effects(report));
    List<String> reasons = conclusion.reasons();
    if (!reasons.isEmpty()) {
      heading("Why not valid");
      reasons.stream().limit(REASONS_MAX).forEach(reason -> line("  - " + words(reason)));
      if (reasons.size() > REASONS_MAX) {
        line("  - and " + Figures.count(reasons.size() - REASONS_MAX) + " more, in the JSON");
      }
    }
  }

  private void modes() {
    List<ModeRow> rows = ModeRow.of(report);
    if (rows.isEmpty()) {
      return;
    }
    heading("Modes against lost and duplicated effects");
    TextTable table =
        new TextTable(1, "mode", "effects", "lost", "twice", "other", "outcome", "caught by");
    for (ModeRow row : rows) {
      ModeResult sum = row.sum();
      table.row(
          Figures.visible(Figures.name(sum.mode())),
          Figures.count(sum.effects()),
          Figures.count(sum.lost()),
          Figures.count(sum.twice()),
          Figures.count(sum.other()),
          row.outcome(),
          words(String.join(", ", sum.caughtBy())));
    }
    text.append(table.text());
    for (ModeRow row : rows) {
      if (row.sum().description() != null) {
        line(
            "  %s: %s"
                .formatted(
                    Figures.visible(Figures.name(row.sum().mode())),
                    words(row.sum().description())));
      }
    }
    ModeRow.LEGEND.forEach(each -> line("  " + each));
  }

  private void checks() {
    List<CheckRow> rows = CheckRow.of(report);
    if (rows.isEmpty()) {
      return;
    }
    heading("Checks");
    TextTable table = new TextTable(2, "check", "answer", "times", "deviations", "counted");
    for (CheckRow row : rows) {
      table.row(
          Figures.visible(row.name()),
          Figures.name(row.answer()),
          Figures.count(row.times()),
          Figures.count(row.deviations()),
          words(row.counted()));
    }
    text.append(table.text());
    for (CheckRow row : rows) {
      if (row.answer() != Answer.VALID) {
        row.withSomethingToSay().forEach(this::findings);
      }
    }
  }

  private void findings(Check check) {
    line(
        "  %s%s%s"
            .formatted(
                Figures.visible(check.name()),
                check.leg() == 0 ? "" : ", leg " + check.leg(),
                check.note() == null ? "" : ": " + words(check.note())));
    for (Deviation deviation : check.findings().stream().limit(FINDINGS_MAX).toList()) {
      line(
          "    %s (%s): expected %s, found %s"
              .formatted(
                  words(deviation.subject()),
                  words(deviation.coordinates()),
                  words(deviation.expected()),
                  words(deviation.found())));
    }
    long more = check.deviations() - Math.min(check.findings().size(), FINDINGS_MAX);
    if (more > 0) {
      line("    and " + Figures.count(more) + " more");
    }
  }

  private void recovery() {
    List<KindRecovery> kinds = KindRecovery.of(report);
    if (kinds.isEmpty()) {
      return;
    }
    heading("Recovery, from the end of a fault until what it hit works again");
    TextTable table =
        new TextTable(2, "group", "kind", "no.", "struck", "bit", "recovered", "median", "max", "");
    for (KindRecovery kind : kinds) {
      table.row(
          Figures.visible(kind.group()),
          Figures.visible(kind.kind()),
          Integer.toString(kind.number()),
          Figures.count(kind.struck()),
          Figures.count(kind.bitten()),
          Figures.count(kind.recovered()),
          Figures.spanOrDash(kind.medianMs()),
          Figures.spanOrDash(kind.maxMs()),
          kind.bitten() == 0
              ? "never bit"
              : kind.recovered() < kind.bitten() ? "not always recovered" : "");
    }
    text.append(table.text());
  }

  private void leftOut() {
    heading("Left out");
    if (report.leftOut().isEmpty()) {
      line("  nothing");
    }
    for (LeftOut leftOut : LeftOut.byReason(report.leftOut())) {
      line("  - %s: %s".formatted(words(leftOut.what()), words(leftOut.why())));
    }
  }

  private void repeat() {
    heading("To repeat it");
    line("  " + Figures.visible(report.run().command()));
    for (Leg leg : report.legs()) {
      if (leg.command() != null && !leg.command().equals(report.run().command())) {
        line("  leg %d: %s".formatted(leg.number(), Figures.visible(leg.command())));
      }
    }
  }

  private static String words(String foreign) {
    return Figures.cut(Figures.visible(foreign), WORDS_MAX);
  }

  private void heading(String words) {
    text.append('\n').append(words).append('\n');
  }

  private void line(String words) {
    text.append(words.stripTrailing()).append('\n');
  }
}
