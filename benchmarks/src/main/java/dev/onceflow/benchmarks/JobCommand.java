package dev.onceflow.benchmarks;

import dev.onceflow.benchmarks.job.JobBench;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
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
          + " plain consume-produce loop, where the time goes, and how long an event takes; in turns,"
          + " in one run, with its broker on this machine."
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

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (JobBench bench =
        new JobBench(
            Files.createTempDirectory("onceflow-bench-job"),
            events,
            line -> {
              out.println(line);
              out.flush();
            })) {
      bench.run(repetitions, threads);
    }
    return ExitCode.OK;
  }
}
