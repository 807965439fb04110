package dev.onceflow.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.onceflow.benchmarks.sink.Case;
import dev.onceflow.benchmarks.sink.Measurement;
import dev.onceflow.benchmarks.sink.SinkBench;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow bench}: rows a second of the sink, beside a peer. */
@Command(
    name = "bench",
    subcommands = {
      AdoptionCommand.class,
      AuditBenchCommand.class,
      JobCommand.class,
      ReplayBenchCommand.class
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the sink connector and Debezium's JDBC sink in turns, in one run on this machine: the"
          + " same topic, JSON with schemas, the same table, fsync on, one task.",
      "",
      "The peer's plugin is fetched by: mvn -Ppeers -Dquick -pl benchmarks -am package"
    },
    footer = {
      "",
      "Machines are noisy: look at ratios within a run and at CPU seconds, not at rates of two runs.",
      "Exit codes: 0 measured, 1 a ratio lies below its aim (with --assert), 2 it failed."
    })
public final class BenchCommand implements Subcommand {
  @Spec private CommandSpec spec;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Records in each topic. Default: ${DEFAULT-VALUE}.")
  private int records;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often each sink is measured, after one warm-up. Default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--cases",
      split = ",",
      paramLabel = "CASE",
      description = "Only some of: ${COMPLETION-CANDIDATES}.")
  private List<Case> cases = Arrays.asList(Case.values());

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where servers keep their data. Default: a fresh temporary folder.")
  private Path data;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  @Option(names = "--assert", description = "Fail where a ratio lies below its aim.")
  private boolean asserting;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Map<Case, Measurement> measured = new TreeMap<>();
    try (SinkBench bench = new SinkBench(folder(), records)) {
      for (Case next : cases) {
        measured.put(next, bench.measure(next, repetitions, err::println));
        err.flush();
      }
    }
    if (json) {
      out.println(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(measured));
    } else {
      print(out, measured);
    }
    boolean reached =
        measured.entrySet().stream()
            .allMatch(entry -> entry.getValue().ratio() >= entry.getKey().aim());
    return reached || !asserting ? ExitCode.OK : ExitCode.DISAGREES;
  }

  private static void print(PrintWriter out, Map<Case, Measurement> measured) {
    out.printf(
        "%-10s %14s %14s %7s %5s   %s%n",
        "case",
        "onceflow/s",
        "debezium/s",
        "ratio",
        "aim",
        "CPU s per million rows, worker + database");
    measured.forEach(
        (which, figures) ->
            out.printf(
                "%-10s %,14.0f %,14.0f %7.2f %5.1f   %.1f + %.1f, %.1f + %.1f%n",
                which,
                figures.ours().rowsPerSecond(),
                figures.peers().rowsPerSecond(),
                figures.ratio(),
                which.aim(),
                figures.ours().workerCpu(),
                figures.ours().databaseCpu(),
                figures.peers().workerCpu(),
                figures.peers().databaseCpu()));
    measured.forEach(
        (which, figures) ->
            out.printf("%-10s all repetitions: %s%n", which, figures.repetitions()));
  }

  private Path folder() {
    try {
      return data == null ? Files.createTempDirectory("onceflow-bench") : data;
    } catch (IOException e) {
      throw new UserException("No temporary folder can be made: " + e, e);
    }
  }
}
