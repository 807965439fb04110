package dev.onceflow.cli.run;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import dev.onceflow.cli.UserException;
import dev.onceflow.streams.runtime.JobConfig;
import dev.onceflow.streams.runtime.JobException;
import dev.onceflow.streams.runtime.StreamsJob;
import dev.onceflow.streams.runtime.TopologyFactory;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
      "The file holds Kafka Streams' settings and the job's own. Required are bootstrap.servers,",
      "application.id, state.dir and, for the payments job, schema.registry.url.",
      "Ends with 2 if the job can't start, or fails and its restarts are spent."
    })
public final class RunCommand implements Subcommand {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Option(names = "--job", required = true, paramLabel = "NAME", description = "Which job.")
  private String job;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Its settings, a .properties file.")
  private Path file;

  @Override
  public Integer call() throws InterruptedException {
    TopologyFactory factory = TopologyFactory.named(job).orElseThrow(this::unknownJob);
    Map<String, String> settings = read(file);
    JobConfig config = check(settings);
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

  private JobConfig check(Map<String, String> settings) {
    try {
      return JobConfig.of(settings);
    } catch (ConfigException e) {
      throw new UserException(file + ": " + e.getMessage(), e);
    }
  }

  private void start(StreamsJob running) {
    try {
      running.start();
    } catch (JobException | KafkaException e) {
      throw new UserException("Job " + job + " can't start. " + e.getMessage(), e);
    }
  }

  private void closeInTime(StreamsJob running, JobConfig config) {
    LOG.info("Job {} is closing", job);
    if (running.close(config.closeTimeout())) {
      LOG.info("Job {} is closed", job);
    } else {
      LOG.warn("Job {} is not closed by close.timeout.ms; the process ends all the same", job);
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

  private UserException unknownJob() {
    String known =
        ServiceLoader.load(TopologyFactory.class).stream()
            .map(provider -> provider.get().name())
            .sorted()
            .collect(Collectors.joining(", "));
    return new UserException("Job \"%s\" is unknown. Known jobs: %s.".formatted(job, known));
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new UserException("Settings file %s does not exist.".formatted(file), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "Settings file %s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
    Map<String, String> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return settings;
  }
}
