package dev.onceflow.benchmarks;

import dev.onceflow.benchmarks.replay.Findings;
import dev.onceflow.benchmarks.replay.Input;
import dev.onceflow.benchmarks.replay.ReplayBench;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow bench replay}: replays and restores under kills and live load. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the payments pipeline on this machine, with events coming all the time, and",
      "",
      "  restore    sets the database back to a copy that was taken in mid-run: the sink",
      "             brings it back without a replay, and the audit agrees;",
      "  loss       takes most rows away and brings them back by 'onceflow replay reapply',",
      "             whose command is killed three times at random points, the Connect worker",
      "             once; audited before and after, and compared row by row with what an",
      "             undisturbed sink makes of the same topics, and once more with a changed row;",
      "  reprocess  takes most of the job's outputs away and most rows with them, and makes",
      "             both again by 'onceflow replay reprocess', killed as above, in the job's",
      "             run as well; compared with an undisturbed run of job and sink; nothing of",
      "             it may be left. It has a pipeline of its own;",
      "  speed      measures a replay beside the live path, a reprocess's run of the job beside",
      "             the live job, and how long an event takes to its row without a replay,",
      "             beside a limited one, one without a limit, and a run of the job."
    },
    footer = {
      "",
      "Examples:",
      "  onceflow bench replay",
      "  onceflow bench replay --only loss,reprocess --seed 7 --json",
      "  onceflow bench replay --events 300000 --input online-retail.csv.gz \\",
      "      --mapping examples/online-retail.yaml",
      "",
      "Exit codes: 0 everything held, 1 something did not, 2 it failed."
    })
public final class ReplayBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "CSV or JSON lines, also gzipped, with --mapping. Default: made-up payments.")
  private Path input;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "How the file's columns become payment events; see examples/.")
  private Path mapping;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "How many events come before anything is lost, and how many each rate is measured with."
              + " Default: ${DEFAULT-VALUE}.")
  private long events;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Says what is made up, lost and killed. Default: another one each time.")
  private Optional<Long> seed;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Only some of: ${COMPLETION-CANDIDATES}.")
  private List<ReplayBench.Part> parts = Arrays.asList(ReplayBench.Part.values());

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where servers keep their data. Default: a fresh temporary folder, removed afterwards.")
  private Path data;

  @Option(
      names = "--json",
      description = "Prints the findings as JSON; the steps go to standard error.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if ((input == null) != (mapping == null)) {
      throw new ParameterException(
          spec.commandLine(), "--input and --mapping belong together: give both, or neither.");
    }
    if (events < 1) {
      throw new ParameterException(
          spec.commandLine(), "--events is %d: expected 1 or more.".formatted(events));
    }
    if (data != null) {
      return run(data);
    }
    Path folder = Files.createTempDirectory("onceflow-bench-replay");
    try {
      return run(folder);
    } finally {
      Utils.delete(folder.toFile());
    }
  }

  private int run(Path folder) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter steps = json ? spec.commandLine().getErr() : out;
    Findings findings =
        new ReplayBench(
                folder,
                new Input(
                    Optional.ofNullable(input).map(file -> new Input.MappedFile(file, mapping)),
                    events,
                    seed.orElseGet(System::currentTimeMillis)),
                line -> {
                  steps.println(line);
                  steps.flush();
                })
            .run(EnumSet.copyOf(parts));
    if (json) {
      out.println(findings.json().toPrettyString());
    } else {
      out.println(findings.holds() ? "Everything held." : "NOT everything held: see BROKEN above.");
    }
    out.flush();
    return findings.holds() ? ExitCode.OK : ExitCode.DISAGREES;
  }
}
