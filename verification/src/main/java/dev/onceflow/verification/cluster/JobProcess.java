package dev.onceflow.verification.cluster;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.LocalServer;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One process of the payments job on a state directory of its own. Unlike the local pipeline's it
 * counts as started when its process runs: under faults nobody knows when its group will let it in.
 */
public final class JobProcess implements LocalServer {
  private static final String COMMIT_INTERVAL = "commit.interval.ms";
  private static final List<String> JVM_FLAGS = List.of("-Xmx384m");

  /** Where Streams keeps the ID that its transactional IDs contain. */
  private static final String PROCESS_FILE = "kafka-streams-process-metadata";

  private static final Pattern PROCESS_ID =
      Pattern.compile("\"processId\"\\s*:\\s*\"([0-9a-fA-F-]+)\"");

  private final String name;
  private final Path folder;
  private final String mainClass;
  private final int httpPort;
  private volatile Map<String, String> settings;
  private volatile ChildProcess process;

  /**
   * @param name also its {@code client.id}
   * @param folder where its configuration, state and log are
   * @param mainClass takes {@code run --job payments --config FILE}
   * @param settings of the job; client ID, state directory and port are added
   * @param httpPort where it answers questions
   */
  JobProcess(
      String name, Path folder, String mainClass, Map<String, String> settings, int httpPort) {
    this.name = name;
    this.folder = folder.toAbsolutePath();
    this.mainClass = mainClass;
    this.settings = Map.copyOf(settings);
    this.httpPort = httpPort;
  }

  /** Where it answers questions, such as {@code http://127.0.0.1:8090}. */
  public String url() {
    return "http://127.0.0.1:" + httpPort;
  }

  /** Another commit interval than before, from its next start on: what a roll-out would change. */
  public void changeCommitInterval() {
    Map<String, String> changed = new HashMap<>(settings);
    changed.merge(COMMIT_INTERVAL, "200", (before, other) -> before.equals(other) ? "100" : other);
    settings = Map.copyOf(changed);
  }

  @Override
  public synchronized void restart() {
    if (process != null && process.alive()) {
      throw new IllegalStateException(name + " runs as process " + process.pid());
    }
    try {
      process =
          ChildProcess.start(
              new ChildJvm(
                      name,
                      mainClass,
                      List.of("run", "--job", "payments", "--config", config().toString()),
                      JVM_FLAGS,
                      ChildJvm.ownClassPath(),
                      folder)
                  .command());
    } catch (IOException e) {
      throw new UserException("The folder %s can't be written: %s".formatted(folder, e), e);
    }
  }

  /** Fills the heap of the process that runs, in its stream thread. */
  public void fillHeap() {
    try {
      Files.createFile(folder.resolve(FillsHeap.WHEN));
    } catch (IOException e) {
      throw new UserException("The folder %s can't be written: %s".formatted(folder, e), e);
    }
  }

  private Path config() throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.put("client.id", name);
    properties.put("http.port", Integer.toString(httpPort));
    properties.put("state.dir", stateDir().toString());
    Path file = folder.resolve("job.properties");
    Files.createDirectories(folder);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  /** Where its local state is. */
  public Path stateDir() {
    return folder.resolve("state");
  }

  /** The ID that is part of its transactional IDs, once it has run; a restart keeps it. */
  public Optional<String> processId() {
    Path file = stateDir().resolve(Cluster.APPLICATION_ID).resolve(PROCESS_FILE);
    try {
      Matcher matcher = PROCESS_ID.matcher(Files.readString(file));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  @Override
  public ChildProcess process() {
    return process;
  }
}
