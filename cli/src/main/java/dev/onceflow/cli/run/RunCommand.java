package dev.onceflow.cli.run;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.job.JobOptions;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.runtime.StreamsJob;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs one instance of a job until SIGTERM or SIGINT, which end it in order: what is processed is
 * committed, local state is kept. If that takes longer than {@code close.timeout.ms}, the process
 * ends all the same; what is not committed is aborted by the brokers and read again by the next
 * instance.
 */
@Command(
    name = "run",
    description = "Runs a job until it is told to stop (SIGTERM, Ctrl-C).",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      JobOptions.ABOUT_FILE,
      "",
      "Examples:",
      "  onceflow run --job payments --config job.properties",
      "  onceflow run --job order-totals --config job.properties --jar order-totals.jar",
      "",
      "Exit codes: 0 ended in order after SIGTERM; 2 the job can't start, or failed and its",
      "restarts are spent."
    })
public final class RunCommand implements Subcommand {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private JobOptions job;

  @Override
  public Integer call() throws InterruptedException {
    TopologyFactory factory = job.factory();
    JobConfig config = job.config(factory);
    StreamsJob running = new StreamsJob(factory, config);
    // Before start: a signal that comes during a long start must end it, too.
    Thread onSignal = new Thread(() -> closeInTime(running, config), "onceflow-close");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      start(running);
      StreamsJob.Ending ending = running.await();
      running.close();
      return ending == StreamsJob.Ending.CLOSED ? ExitCode.OK : ExitCode.FAILED;
    } finally {
      removeHook(onSignal);
    }
  }

  private void start(StreamsJob running) {
    try {
      running.start();
    } catch (JobException | KafkaException e) {
      throw new UserException("Job " + job.name() + " can't start. " + reasons(e), e);
    }
  }

  // What failed often stands in the last cause alone: a full disk, a folder that isn't ours.
  private static String reasons(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(Throwable::getMessage)
        .filter(Objects::nonNull)
        .reduce((before, next) -> before.contains(next) ? before : before + ": " + next)
        .orElseGet(failure::toString);
  }

  private void closeInTime(StreamsJob running, JobConfig config) {
    LOG.info("Job {} is closing", job.name());
    if (running.close(config.closeTimeout())) {
      LOG.info("Job {} is closed", job.name());
    } else {
      LOG.warn(
          "Job {} is not closed by close.timeout.ms; the process ends all the same", job.name());
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      LOG.debug("The hook runs already", shuttingDown);
    }
  }
}
