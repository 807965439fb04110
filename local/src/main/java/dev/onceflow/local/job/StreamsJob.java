package dev.onceflow.local.job;

import dev.onceflow.cli.Main;
import dev.onceflow.cli.UserException;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.LocalServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * {@code onceflow run} in a child JVM: the same command that runs a job in production, so that what
 * is killed here is what would be killed there.
 */
public final class StreamsJob implements LocalServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** RocksDB's memory is outside of the heap, and bounded by the job itself. */
  private static final List<String> JVM_FLAGS = List.of("-Xmx384m");

  private final Path folder;
  private final String job;
  private final Path config;
  private final List<Path> moreJars;
  private final Callable<Boolean> ready;
  private volatile ChildProcess process;

  private StreamsJob(
      Path folder, String job, Path config, List<Path> moreJars, Callable<Boolean> ready) {
    this.folder = folder;
    this.job = job;
    this.config = config;
    this.moreJars = List.copyOf(moreJars);
    this.ready = ready;
  }

  /**
   * Starts a job; returns when it is ready.
   *
   * @param folder where it runs and logs
   * @param job the job's name, such as {@code payments}
   * @param config its configuration file
   * @param moreJars what its configuration names and this JVM's class path has not, such as other
   *     serializers; they come last
   * @param ready answers true once it processes; what it throws counts as not yet
   * @throws UserException if it ends instead, with the end of its log
   */
  public static StreamsJob start(
      Path folder, String job, Path config, List<Path> moreJars, Callable<Boolean> ready) {
    StreamsJob started =
        new StreamsJob(folder.toAbsolutePath(), job, config.toAbsolutePath(), moreJars, ready);
    started.restart();
    return started;
  }

  @Override
  public synchronized void restart() {
    if (process != null && process.alive()) {
      throw new IllegalStateException("Job " + job + " runs as process " + process.pid());
    }
    ChildJvm jvm =
        new ChildJvm(
            "job-" + job,
            Main.class.getName(),
            List.of("run", "--job", job, "--config", config.toString()),
            JVM_FLAGS,
            classPath(),
            folder);
    try {
      process = ChildProcess.start(jvm.command());
    } catch (IOException e) {
      throw new UserException("The job's folder %s can't be written: %s".formatted(folder, e), e);
    }
    process.awaitReady(ready, START_LIMIT);
  }

  private String classPath() {
    StringBuilder path = new StringBuilder(ChildJvm.ownClassPath());
    moreJars.forEach(jar -> path.append(File.pathSeparatorChar).append(jar));
    return path.toString();
  }

  @Override
  public ChildProcess process() {
    return process;
  }
}
