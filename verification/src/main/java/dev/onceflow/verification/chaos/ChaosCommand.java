package dev.onceflow.verification.chaos;

import dev.onceflow.cli.Subcommand;
import dev.onceflow.verification.report.Answer;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.ReportText;
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
    subcommands = MergeCommand.class,
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
  @Mixin private ReportFiles output;

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
    output.write(report);
    print(report, outcomes);
    if (report.conclusion().answer() == Answer.VALID) {
      folder.deleteIfTemporary();
    } else {
      say("Data and logs are kept in " + folder.path());
    }
    return report.conclusion().answer().exitCode();
  }

  private void print(ChaosReport report, List<Outcome> outcomes) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%n%s", ReportText.of(report));
    out.flush();
    for (Outcome outcome : outcomes) {
      outcome
          .observations()
          .forEach(each -> say("Leg %d: %s".formatted(outcome.leg().number(), each)));
    }
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
