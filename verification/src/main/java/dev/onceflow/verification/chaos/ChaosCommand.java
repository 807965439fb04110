package dev.onceflow.verification.chaos;

import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.ModeResult;
import dev.onceflow.verification.report.ReportJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code onceflow chaos}: the whole path under faults, judged. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the whole path on this machine under load and faults, and judges what stands in topics and"
          + " tables by what must be made of the input: every effect exactly once.",
      "",
      "Every fault has to show that it bit, and the path to work again on every partition."
    },
    footer = {
      "",
      "Examples:",
      "  onceflow chaos --seed 1 --duration 90s --faults job-killed,broker-killed --controls all",
      "  onceflow chaos --scale full --duration 30m --leg 1 --json leg-1.json",
      "  onceflow chaos --mode at-least-once --faults job-killed    must end with exit code 1",
      "",
      "Everything listens on loopback only. The same seed and options give the same schedule.",
      "Exit codes: 0 valid; 1 invalid: something was lost, came twice or is otherwise wrong;",
      "2 unknown: a fault did not bite, or nothing says that all is well; or the run failed."
    })
public final class ChaosCommand implements Subcommand {
  @Spec private CommandSpec spec;
  @Mixin private ChaosOptions options;

  @Override
  public Integer call() throws InterruptedException {
    List<Plan> plans = new ArrayList<>(List.of(options.plan()));
    plans.addAll(options.controls());
    say("Seed %d. Again: %s".formatted(options.seed(), options.command()));
    Folder folder = options.folder();
    List<Outcome> outcomes = new ArrayList<>();
    for (Plan plan : plans) {
      Path data = folder.path().resolve("leg-" + plan.leg());
      outcomes.add(new Trial(plan, data, options.command(), this::say).run());
    }
    ChaosReport report = Reporting.report(plans.get(0).mode(), options, outcomes);
    write(report);
    print(report, outcomes);
    if (report.conclusion().answer() == Answer.VALID) {
      folder.deleteIfTemporary();
    } else {
      say("Data and logs are kept in " + folder.path());
    }
    return report.conclusion().answer().exitCode();
  }

  private void write(ChaosReport report) {
    if (options.json() != null) {
      try {
        ReportJson.write(report, options.json());
      } catch (IOException e) {
        throw new UserException("%s can't be written: %s".formatted(options.json(), e), e);
      }
    }
  }

  private void print(ChaosReport report, List<Outcome> outcomes) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%n%-30s %9s  %s%n", "fault", "recovery", "bite");
    for (Fault fault : report.faults()) {
      out.printf(
          "%-30s %9s  %s%s%n",
          fault.kind(),
          fault.recoveryMs() == null ? "none" : "%.1f s".formatted(fault.recoveryMs() / 1_000.0),
          fault.bitten() ? "" : "NOT BITTEN: ",
          fault.bite());
    }
    out.println();
    for (Check check : report.checks()) {
      out.printf("%-18s %-8s %s%n", check.name(), ChaosOptions.lower(check.answer()), check.note());
    }
    out.printf("%n%-16s %9s %9s %9s  %s%n", "mode", "lost", "twice", "other", "caught by");
    for (ModeResult mode : report.modes()) {
      out.printf(
          "%-16s %9d %9d %9d  %s%n",
          mode.mode(), mode.lost(), mode.twice(), mode.other(), String.join(", ", mode.caughtBy()));
    }
    outcomes.forEach(
        outcome ->
            outcome
                .observations()
                .forEach(
                    each -> out.println("seen in leg " + outcome.leg().number() + ": " + each)));
    report.leftOut().forEach(left -> out.printf("left out: %s (%s)%n", left.what(), left.why()));
    out.printf("%n%s", ChaosOptions.lower(report.conclusion().answer()));
    report.conclusion().reasons().forEach(reason -> out.printf("; %s", reason));
    out.printf(
        "%n%,d records, %d faults. Seed %d; again: %s%n",
        outcomes.stream().mapToLong(Outcome::sent).sum(),
        report.faults().size(),
        options.seed(),
        options.command());
    out.flush();
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
