package dev.onceflow.local.up;

import dev.onceflow.cli.audit.AuditReport;
import dev.onceflow.cli.audit.Comparison;
import dev.onceflow.cli.audit.Conservation;
import dev.onceflow.cli.audit.LedgerSums;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link Summary} for people. */
final class SummaryText {
  private final StringBuilder text = new StringBuilder();

  private SummaryText() {}

  static String of(Summary summary) {
    SummaryText text = new SummaryText();
    text.input(summary.input());
    text.run(summary.run());
    AuditReport audit = summary.audit();
    text.line("Topics", counts(audit.topics()));
    text.line("Tables", counts(audit.tables()));
    text.conservation(audit.conservation());
    audit.ledger().forEach(text::ledger);
    audit.comparisons().forEach(text::comparison);
    text.line(
        "Answer",
        summary.agrees()
            ? "topics and tables AGREE, by event ID and content, and the books balance"
            : "topics and tables DIFFER, see above");
    text.line(
        "Time",
        summary.seconds().entrySet().stream()
            .map(each -> "%s %.1f s".formatted(each.getKey(), each.getValue()))
            .collect(Collectors.joining(", ")));
    return text.text.toString();
  }

  private void input(Summary.Input input) {
    line(
        "Input",
        "%s: %s read, %s sent, %s refused"
            .formatted(
                input.source(),
                grouped(input.read()),
                grouped(input.sent()),
                grouped(input.refused())));
    input
        .refusedBecause()
        .forEach((reason, lines) -> line("", "refused: %s %s".formatted(grouped(lines), reason)));
    if (input.rejectsFile() != null) {
      line("", "every refused line stands with its number and reason in " + input.rejectsFile());
    }
  }

  private void run(Summary.Verdicts run) {
    line(
        "This run",
        "%s read: %s new and applied, %s duplicates, %s rejected by a rule, %s quarantined, %s to the DLQ"
            .formatted(
                grouped(run.read()),
                grouped(run.applied()),
                grouped(run.duplicate()),
                grouped(run.rejected()),
                grouped(run.quarantined()),
                grouped(run.dlq())));
    if (run.read() > 0 && run.duplicate() == run.read()) {
      line("", "all of them duplicates: nothing changed");
    }
  }

  private void conservation(Conservation sum) {
    line(
        "All runs",
        "%s read = %s applied + %s rejected + %s duplicate + %s quarantined + %s DLQ: %s"
            .formatted(
                grouped(sum.read()),
                grouped(sum.applied()),
                grouped(sum.rejected()),
                grouped(sum.duplicate()),
                grouped(sum.quarantined()),
                grouped(sum.dlq()),
                sum.holds() ? "nothing lost, nothing counted twice" : "DOES NOT HOLD"));
  }

  private void ledger(LedgerSums sums) {
    line(
        "Ledger",
        "%s: %s entries sum to %s; %s customers' accounts %s, %s merchants' accounts %s (minor units)"
            .formatted(
                sums.currency(),
                grouped(sums.entries()),
                grouped(sums.sumMinor()),
                grouped(sums.customerAccounts()),
                grouped(sums.customersMinor()),
                grouped(sums.merchantAccounts()),
                grouped(sums.merchantsMinor())));
  }

  private void comparison(Comparison comparison) {
    if (comparison.agrees()) {
      line("Agree", comparison.name() + " (" + grouped(comparison.found()) + ")");
      return;
    }
    line(
        "DIFFER",
        "%s: %s expected, %s found, %s differences"
            .formatted(
                comparison.name(),
                grouped(comparison.expected()),
                grouped(comparison.found()),
                grouped(comparison.differences())));
    names("missing", comparison.missing());
    names("made by no event", comparison.foreign());
    names("more than once", comparison.duplicated());
    names("altered", comparison.altered());
  }

  private void names(String kind, List<String> names) {
    names.forEach(name -> line("", kind + ": " + name));
  }

  private void line(String label, String content) {
    text.append(String.format(Locale.ROOT, "  %-9s %s%n", label, content));
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(each -> each.getKey() + " " + grouped(each.getValue()))
        .collect(Collectors.joining(", "));
  }

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
