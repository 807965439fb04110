package dev.onceflow.verification.report;

import java.util.List;
import java.util.Objects;

/** A run in three sentences, the same in text and on the page. */
final class Headline {
  private Headline() {}

  static String length(ChaosReport report) {
    if (report.legs().isEmpty()) {
      return "nothing ran";
    }
    return "%s in %s, %s to %s"
        .formatted(
            Figures.span(report.length()),
            Figures.count(report.legs().size(), "leg"),
            Figures.moment(report.legs().get(0).startedAt()),
            Figures.moment(report.legs().get(report.legs().size() - 1).endedAt()));
  }

  static String faults(ChaosReport report) {
    List<Fault> faults = report.faults();
    if (faults.isEmpty()) {
      return "no faults";
    }
    long bitten = faults.stream().filter(Fault::bitten).count();
    List<Long> recoveries =
        faults.stream().map(Fault::recoveryMs).filter(Objects::nonNull).sorted().toList();
    String recovery =
        recoveries.isEmpty()
            ? "none recovered from"
            : "%s recovered from, median %s, longest %s"
                .formatted(
                    Figures.count(recoveries.size()),
                    Figures.span(Figures.median(recoveries)),
                    Figures.span(recoveries.get(recoveries.size() - 1)));
    return "%s of %s; %s bit; %s"
        .formatted(
            Figures.count(faults.size(), "fault"),
            Figures.count(faults.stream().map(Fault::kind).distinct().count(), "kind"),
            Figures.count(bitten),
            recovery);
  }

  static String effects(ChaosReport report) {
    List<ModeRow> rows = ModeRow.of(report);
    List<ModeRow> tested = rows.stream().filter(row -> !row.sum().control()).toList();
    List<ModeRow> controls = rows.stream().filter(row -> row.sum().control()).toList();
    String effects =
        tested.isEmpty()
            ? "no effects compared"
            : "%s lost, %s twice of %s"
                .formatted(
                    Figures.count(tested.stream().mapToLong(row -> row.sum().lost()).sum()),
                    Figures.count(tested.stream().mapToLong(row -> row.sum().twice()).sum()),
                    Figures.count(
                        tested.stream().mapToLong(row -> row.sum().effects()).sum(), "effect"));
    String caught =
        controls.isEmpty()
            ? "no controls"
            : "%d of %s caught"
                .formatted(
                    controls.stream().filter(ModeRow::asItMust).count(),
                    Figures.count(controls.size(), "control"));
    return effects + "; " + caught;
  }
}
