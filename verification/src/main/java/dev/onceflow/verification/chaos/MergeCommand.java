package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.MergedReport;
import dev.onceflow.verification.report.ReportJson;
import dev.onceflow.verification.report.ReportText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onceflow chaos merge}: the reports of a run's legs as one. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Puts the reports of a run's legs together, in the order of time, and says what they prove as"
          + " one. Legs may have phases, faults, controls and horizons of their own; seed, scale,"
          + " mode and rate must be the same."
    },
    footer = {
      "",
      "Example:",
      "  onceflow chaos merge leg-1.json leg-2.json --json run.json --html run.html",
      "",
      "Exit codes: 0 valid; 1 invalid; 2 unknown, or the reports can't be merged."
    })
final class MergeCommand implements Callable<Integer> {
  /** What makes legs parts of one run. */
  private static final List<String> SAME = List.of("seed", "scale", "mode", "rate");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "LEG.json", arity = "1..*", description = "Reports, in any order.")
  private List<Path> files;

  @Mixin private ReportFiles output;

  @Override
  public Integer call() {
    List<ChaosReport> reports = files.stream().map(MergeCommand::read).toList();
    for (int i = 1; i < reports.size(); i++) {
      refuseOtherRun(0, i, reports);
    }
    ChaosReport merged = merged(reports);
    output.write(merged);
    PrintWriter out = spec.commandLine().getOut();
    out.print(ReportText.of(merged));
    out.flush();
    return merged.conclusion().answer().exitCode();
  }

  private static ChaosReport read(Path file) {
    try {
      return ReportJson.read(file);
    } catch (IOException e) {
      throw new UserException("%s can't be read: %s".formatted(file, e), e);
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  private void refuseOtherRun(int first, int other, List<ChaosReport> reports) {
    List<String> differ = new ArrayList<>();
    for (String name : SAME) {
      String expected = option(reports.get(first), name);
      String found = option(reports.get(other), name);
      if (!expected.equals(found)) {
        differ.add("%s %s and %s".formatted(name, expected, found));
      }
    }
    if (!differ.isEmpty()) {
      throw new UserException(
          "%s and %s are no legs of one run: they have %s. Give reports of the same seed and options."
              .formatted(files.get(first), files.get(other), String.join("; ", differ)));
    }
  }

  private static String option(ChaosReport report, String name) {
    return name.equals("seed")
        ? Long.toString(report.run().seed())
        : report.run().options().getOrDefault(name, "not given");
  }

  private static ChaosReport merged(List<ChaosReport> reports) {
    try {
      return MergedReport.of(reports);
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    }
  }
}
