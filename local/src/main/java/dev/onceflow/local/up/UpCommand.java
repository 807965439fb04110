package dev.onceflow.local.up;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.source.PaymentSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow up}: the main job on this machine, from nothing to audited tables. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the whole payments pipeline on this machine: Kafka, PostgreSQL, a schema registry, a"
          + " Kafka Connect worker with the sink, and the exactly-once Streams job.",
      "",
      "It loads its input, shows how far it has come, audits topics against tables when the input is"
          + " done, and then stays up for you to look around until Ctrl-C."
    },
    footer = {
      "",
      "Examples:",
      "  onceflow up                                a sample of 100,000 events, then stays up",
      "  onceflow up --once --events 1000 --json    a small one, for a script",
      "  onceflow up --data run --input orders.csv.gz --mapping orders.yaml",
      "",
      "Everything listens on loopback only. Started again with the same --data it goes on from where"
          + " it was; input that it has seen is recognised as duplicate.",
      "Exit codes: 0 topics and tables agree, 1 they differ, 2 it failed."
    })
public final class UpCommand implements Subcommand {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where all data lives. Default: a fresh temporary folder.")
  private Path data;

  @Option(
      names = "--once",
      description = "Exit when the input is done: 0 if topics and tables agree.")
  private boolean once;

  @Option(names = "--json", description = "Print the summary as JSON on standard output.")
  private boolean json;

  @ArgGroup(validate = false, heading = "%nInput:%n")
  private InputOptions input = new InputOptions();

  @ArgGroup(validate = false, heading = "%nPorts, chosen free unless given:%n")
  private PortOptions ports = new PortOptions();

  @Override
  public Integer call() throws InterruptedException {
    input
        .problem()
        .ifPresent(
            problem -> {
              throw new ParameterException(spec.commandLine(), problem);
            });
    Supplier<PaymentSource> source = input.source();
    PrintWriter err = spec.commandLine().getErr();
    Path folder = folder();
    try (PaymentsPipeline pipeline = new PaymentsPipeline(folder, ports.ports())) {
      // Ctrl-C ends this JVM through its shutdown hooks; the pipeline is stopped in order first.
      Thread stop = new Thread(pipeline::close, "stop");
      Runtime.getRuntime().addShutdownHook(stop);
      Summary summary = new Run(pipeline, input, source, folder, new ProgressLine(err)).toTheEnd();
      print(summary);
      if (!once) {
        err.println(Connections.of(pipeline, folder));
        err.flush();
        while (true) {
          TimeUnit.SECONDS.sleep(1);
          pipeline.checkAlive();
        }
      }
      Runtime.getRuntime().removeShutdownHook(stop);
      return summary.agrees() ? ExitCode.OK : ExitCode.DISAGREES;
    }
  }

  private Path folder() {
    try {
      return data == null ? Files.createTempDirectory("onceflow-") : data.toAbsolutePath();
    } catch (IOException e) {
      throw new UserException("No temporary folder can be made: " + e.getMessage(), e);
    }
  }

  private void print(Summary summary) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      try {
        out.println(
            new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(summary));
      } catch (IOException e) {
        throw new IllegalStateException("a summary always has a JSON form", e);
      }
    } else {
      out.print(SummaryText.of(summary));
    }
    out.flush();
  }
}
