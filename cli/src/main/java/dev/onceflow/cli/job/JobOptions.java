package dev.onceflow.cli.job;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.ConnectionOptions;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.Jobs;
import dev.onceflow.streams.job.TopologyFactory;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Option;

/**
 * Which job, with which settings. What the settings file leaves open of how Kafka and the registry
 * are reached comes from the environment, else from a profile.
 */
public final class JobOptions extends ConnectionOptions {
  /** What the settings file holds, for a command's help. */
  public static final String ABOUT_FILE =
      "The file holds Kafka Streams' settings and the job's own. Required are bootstrap.servers, "
          + "application.id, state.dir and, for the payments job, schema.registry.url. "
          + "docs/job-configuration.md has the others. How Kafka and the registry are reached may come from the environment or a profile instead ('onceflow profile --help').";

  @Option(names = "--job", required = true, paramLabel = "NAME", description = "Which job.")
  private String job;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Its settings, a .properties file.")
  private Path file;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description =
          "A jar with a job of yours (a TopologyFactory, found by ServiceLoader) or with classes that the settings name. May be given several times.")
  private List<Path> jars = new ArrayList<>();

  /** The job's name. */
  public String name() {
    return job;
  }

  /**
   * The job.
   *
   * @throws UserException if there is none of that name
   */
  public TopologyFactory factory() {
    Jobs jobs;
    try {
      jobs = Jobs.with(jars);
    } catch (JobException e) {
      throw new UserException(e.getMessage(), e);
    }
    return jobs.named(job)
        .orElseThrow(
            () ->
                new UserException(
                    "Job \"%s\" is unknown. Known jobs: %s."
                        .formatted(job, String.join(", ", jobs.names()))));
  }

  /**
   * Its settings.
   *
   * @throws UserException if the file can't be read, with all that is wrong in it
   */
  public JobConfig config(TopologyFactory factory) {
    Map<String, String> settings = new HashMap<>(given().forJob());
    settings.putAll(read(file));
    try {
      return JobConfig.of(settings, factory);
    } catch (ConfigException e) {
      throw new UserException(file + ": " + e.getMessage(), e);
    }
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
