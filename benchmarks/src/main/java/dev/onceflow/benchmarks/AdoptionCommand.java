package dev.onceflow.benchmarks;

import dev.onceflow.benchmarks.adoption.Adoption;
import dev.onceflow.cli.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code onceflow bench adoption}: from another sink to ours, timed. */
@Command(
    name = "adoption",
    mixinStandardHelpOptions = true,
    description = {
      "Replaces Debezium's JDBC sink by ours while orders go on coming, compares topic and table,"
          + " corrupts one row and compares again. Prints each step with its time.",
      "",
      "The peer's plugin is fetched by: mvn -Ppeers -Dquick -pl benchmarks -am package"
    },
    footer = {"", "Exit codes: 0 all as it should be, 1 topic and table differ, 2 it failed."})
public final class AdoptionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    boolean isRight =
        new Adoption(
                Files.createTempDirectory("onceflow-adoption"),
                line -> {
                  out.println(line);
                  out.flush();
                })
            .run();
    return isRight ? ExitCode.OK : ExitCode.DISAGREES;
  }
}
