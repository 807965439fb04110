package dev.onceflow.cli.doctor;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.job.JobOptions;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.Preflight;
import dev.onceflow.streams.preflight.Report;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks what a job would ask before it starts, and starts nothing. */
@Command(
    name = "doctor",
    description = "Checks everything that a job's guarantee rests on; changes and starts nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      JobOptions.ABOUT_FILE,
      "",
      "Examples:",
      "  onceflow doctor --job payments --config job.properties",
      "  onceflow doctor --job payments --config job.properties --profile production --json",
      "",
      "Exit codes: 0 no rule is violated but those that preflight.accept names; 1 one is; 2 the",
      "checks couldn't be made."
    })
public final class DoctorCommand implements Subcommand {
  @Mixin private JobOptions job;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    TopologyFactory factory = job.factory();
    JobConfig config = job.config(factory);
    Report report = examine(factory, config);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ReportJson.of(report));
    } else {
      ReportText.print(report, out);
    }
    out.flush();
    return report.refused().isEmpty() ? ExitCode.OK : ExitCode.DISAGREES;
  }

  private Report examine(TopologyFactory factory, JobConfig config) {
    try {
      StreamsConfig streams = config.streams();
      Preflight preflight =
          new Preflight(config, factory, factory.build(config.effective()), Clock.systemUTC());
      Admin admin = Admin.create(streams.getAdminConfigs(config.applicationId() + "-doctor"));
      try {
        return preflight.check(admin);
      } catch (JobException e) {
        throw new JobException(e.getMessage() + knownWithoutBrokers(preflight), e);
      } finally {
        // Brokers that didn't answer would be waited for once more.
        admin.close(Duration.ZERO);
      }
    } catch (JobException | KafkaException e) {
      throw new UserException(
          "Job %s can't be examined. %s".formatted(job.name(), e.getMessage()), e);
    }
  }

  private static String knownWithoutBrokers(Preflight preflight) {
    List<Finding> violations = preflight.refusedHere();
    return violations.isEmpty()
        ? ""
        : "\nViolated whatever the brokers say:\n  "
            + String.join("\n  ", violations.stream().map(Finding::sentence).toList());
  }
}
