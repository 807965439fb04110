package dev.onceflow.cli.doctor;

import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Report;
import java.io.PrintWriter;

/** The findings for people: a line for what holds, all there is to know for what doesn't. */
final class ReportText {
  private ReportText() {}

  static void print(Report report, PrintWriter out) {
    int width = report.findings().stream().mapToInt(f -> f.rule().length()).max().orElse(1);
    for (Finding finding : report.findings()) {
      String status =
          switch (finding.status()) {
            case HELD -> "held";
            case NOT_VISIBLE -> "not visible";
            case VIOLATED -> report.accepted().contains(finding.rule()) ? "ACCEPTED" : "VIOLATED";
          };
      out.printf("%-12s %-" + width + "s  %s%n", status, finding.rule(), finding.set());
      if (finding.status() != Finding.Status.HELD) {
        detail(out, "needed", finding.needed());
        detail(out, "why", finding.why());
        if (!finding.remedy().isEmpty()) {
          detail(out, "mend", finding.remedy());
        }
      }
    }
    out.printf(
        "%d rules: %d held, %d violated, %d accepted, %d not visible%n",
        report.findings().size(),
        report.findings().stream().filter(f -> f.status() == Finding.Status.HELD).count(),
        report.refused().size(),
        report.acceptedViolations().size(),
        report.notVisible().size());
  }

  private static void detail(PrintWriter out, String what, String text) {
    out.printf("%-12s   %-7s %s%n", "", what, text);
  }
}
