package dev.onceflow.verification.cluster;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.process.ChildCommand;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
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

  private static final String PROCESS_FILE = "kafka-streams-process-metadata";

  private static final Pattern PROCESS_ID =
      Pattern.compile("\"processId\"\\s*:\\s*\"([0-9a-fA-F-]+)\"");

  private final String name;
  private final Path folder;
  private final String mainClass;
  private final int httpPort;
  private volatile Map<String, String> settings;
  private volatile ChildProcess process;
  private volatile FakeClock clock;

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
    process = started(name, folder, httpPort);
  }

  /**
   * A second process on the same configuration and state directory, with a log and a port of its
   * own: what an operator does by mistake. Whoever starts it ends it.
   */
  public ChildProcess startBeside() {
    return started(name + "-beside", folder.resolve("beside"), FreePort.ANY);
  }

  /** Fills the heap of the process that runs, in its stream thread. */
  public void fillHeap() {
    try {
      Files.createFile(folder.resolve(FillsHeap.WHEN));
    } catch (IOException e) {
      throw new UserException("The folder %s can't be written: %s".formatted(folder, e), e);
    }
  }

  /** A clock for the processes that start from now on. */
  public FakeClock onFakeClock() {
    if (clock == null) {
      clock = new FakeClock(folder.resolve("clock"));
    }
    return clock;
  }

  /** Whether its processes start on a clock that can be set. */
  public boolean hasFakeClock() {
    return clock != null;
  }

  private ChildProcess started(String processName, Path processFolder, int port) {
    try {
      return ChildProcess.start(command(processName, processFolder, port));
    } catch (IOException e) {
      throw new UserException("The folder %s can't be written: %s".formatted(folder, e), e);
    }
  }

  private ChildCommand command(String processName, Path processFolder, int port)
      throws IOException {
    ChildCommand command =
        new ChildJvm(
                processName,
                mainClass,
                List.of(
                    "run", "--job", "payments", "--config", config(processFolder, port).toString()),
                JVM_FLAGS,
                ChildJvm.ownClassPath(),
                processFolder)
            .command();
    if (clock == null) {
      return command;
    }
    Map<String, String> environment = new HashMap<>(command.environment());
    environment.putAll(clock.environment());
    return new ChildCommand(
        command.name(), command.command(), environment, command.folder(), command.stopSignal());
  }

  private Path config(Path processFolder, int port) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.put("client.id", name);
    properties.put("http.port", Integer.toString(port));
    properties.put("state.dir", stateDir().toString());
    Path file = processFolder.resolve("job.properties");
    Files.createDirectories(processFolder);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  /** Where its local state is. */
  public Path stateDir() {
    return folder.resolve("state");
  }

  /** Where the folders of its tasks are. */
  public Path tasksDir() {
    return stateDir().resolve(Cluster.APPLICATION_ID);
  }

  /** Where Streams keeps the ID that its transactional IDs contain. */
  public Path processFile() {
    return tasksDir().resolve(PROCESS_FILE);
  }

  /** The ID that is part of its transactional IDs, once it has run; a restart keeps it. */
  public Optional<String> processId() {
    try {
      Matcher matcher =
          PROCESS_ID.matcher(Files.readString(processFile(), StandardCharsets.ISO_8859_1));
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
