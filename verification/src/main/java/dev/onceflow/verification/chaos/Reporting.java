package dev.onceflow.verification.chaos;

import dev.onceflow.verification.cluster.Mode;
import dev.onceflow.verification.report.ChaosReport;
import dev.onceflow.verification.report.Check;
import dev.onceflow.verification.report.Fault;
import dev.onceflow.verification.report.LeftOut;
import dev.onceflow.verification.report.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.AppInfoParser;

/** Puts what trials found out into a report. */
final class Reporting {
  private static final long MIB = 1L << 20;

  private Reporting() {}

  /**
   * A report of a run and its controls.
   *
   * @param mode of the first trial, whose checks are the report's; of the others only what they
   *     count is told, because they must be found wrong
   */
  static ChaosReport report(Mode mode, ChaosOptions options, List<Outcome> outcomes) {
    Outcome underTest = outcomes.get(0);
    List<Fault> faults = new ArrayList<>();
    outcomes.forEach(outcome -> faults.addAll(outcome.faults()));
    List<LeftOut> leftOut = new ArrayList<>(options.leftOut());
    for (Mode each : Mode.values()) {
      if (each.isControl()
          && outcomes.stream().noneMatch(outcome -> outcome.mode().mode().equals(each.name()))) {
        leftOut.add(LeftOut.control(each.option(), ChaosOptions.NOT_ASKED_FOR));
      }
    }
    outcomes.forEach(outcome -> leftOut.addAll(outcome.leftOut()));
    List<Check> checks = underTest.checks();
    return ChaosReport.of(
        run(mode, options),
        outcomes.stream().map(Outcome::leg).toList(),
        outcomes.stream().flatMap(outcome -> outcome.samples().stream()).toList(),
        faults,
        checks,
        outcomes.stream().map(Outcome::mode).toList(),
        leftOut);
  }

  private static Run run(Mode mode, ChaosOptions options) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("kafka", AppInfoParser.getVersion());
    versions.put("java", System.getProperty("java.version"));
    Map<String, String> machine = new TreeMap<>();
    machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put("heap of the checker", Runtime.getRuntime().maxMemory() / MIB + " MiB");
    machine.put(
        "operating system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return new Run(
        "onceflow chaos, " + mode.option(),
        options.seed(),
        options.byName(),
        versions,
        machine,
        options.command());
  }
}
