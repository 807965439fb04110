package dev.onceflow.benchmarks;

import dev.onceflow.benchmarks.job.JobBench;
import dev.onceflow.benchmarks.job.JobBench.Part;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow bench job}: the job beside what it could at most reach. */
@Command(
    name = "job",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the payments job exactly-once and at-least-once, a job that only dedupes beside a"
          + " plain consume-produce loop and a job that only passes on, where the time goes, how long"
          + " an event takes, and what a full memory of event IDs costs; in turns, in one run, with its"
          + " broker on this machine."
    },
    footer = {"", "Exit codes: 0 measured, 2 it failed."})
public final class JobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "500000",
      description = "Events that each measurement reads. Default: ${DEFAULT-VALUE}.")
  private int events;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each rate is measured. Default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2",
      description = "Numbers of stream threads. Default: ${DEFAULT-VALUE}.")
  private List<Integer> threads;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Only some of: ${COMPLETION-CANDIDATES}.")
  private List<Part> parts = Arrays.asList(Part.values());

  @Option(
      names = "--remembered",
      split = ",",
      paramLabel = "N",
      defaultValue = "1000000,100000000",
      description =
          "Numbers of event IDs that the memory is filled with. 100 million take about 15 GB of"
              + " disk for each kind of ID. Default: ${DEFAULT-VALUE}.")
  private List<Integer> remembered;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where servers keep their data. Default: a fresh temporary folder, removed afterwards.")
  private Path data;

  @Override
  public Integer call() throws Exception {
    if (data != null) {
      measure(data);
      return ExitCode.OK;
    }
    Path folder = Files.createTempDirectory("onceflow-bench-job");
    try {
      measure(folder);
    } finally {
      Utils.delete(folder.toFile());
    }
    return ExitCode.OK;
  }

  private void measure(Path folder) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (JobBench bench =
        new JobBench(
            folder,
            events,
            line -> {
              out.println(line);
              out.flush();
            })) {
      bench.run(parts, repetitions, threads, remembered);
    }
  }
}
