package dev.onceflow.benchmarks;

import dev.onceflow.benchmarks.audit.AuditBench;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow bench audit}: rows a minute of an audit, and what it finds. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Fills a table by the real sink, audits it with a heap of 256 MB, then alters one amount, takes"
          + " one row away, doubles another of the same bucket, adds one that no event made, and"
          + " audits again: each must be named.",
      "",
      "10 million rows take about 6 GB of disk."
    },
    footer = {"", "Exit codes: 0 all was named, 1 something was not, 2 it failed."})
public final class AuditBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "Rows in the table. Default: ${DEFAULT-VALUE}.")
  private long rows;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where servers keep their data. Default: a fresh temporary folder.")
  private Path data;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    boolean allNamed =
        new AuditBench(
                data == null ? Files.createTempDirectory("onceflow-audit-bench") : data,
                rows,
                line -> {
                  out.println(line);
                  out.flush();
                })
            .run();
    return allNamed ? ExitCode.OK : ExitCode.DISAGREES;
  }
}
