package dev.onceflow.benchmarks.replay;

import dev.onceflow.cli.Main;
import dev.onceflow.cli.UserException;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A command of {@code onceflow} as a process of its own, so that what is killed here is what would
 * be killed elsewhere.
 */
final class CommandRun implements AutoCloseable {
  // As much as the live job's process has: one of the commands runs the job again.
  private static final List<String> JVM_FLAGS = List.of("-Xmx384m");
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final ChildProcess process;

  private CommandRun(ChildProcess process) {
    this.process = process;
  }

  /** Begins a command. */
  static CommandRun begin(Path folder, List<String> words) {
    String name = words.get(0) + "-" + NUMBERS.incrementAndGet();
    try {
      return new CommandRun(
          ChildProcess.start(
              new ChildJvm(
                      name,
                      Main.class.getName(),
                      words,
                      JVM_FLAGS,
                      ChildJvm.ownClassPath(),
                      folder.resolve("commands"))
                  .command()));
    } catch (IOException e) {
      throw new UserException("%s can't be written: %s".formatted(folder, e), e);
    }
  }

  boolean runs() {
    return process.alive();
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
  }

  /** Waits for its end; answers with its exit code. */
  int ended(Duration limit) throws Exception {
    Waiting.until(process.name() + " ends", limit, () -> !process.alive());
    return process.exitCode().orElseThrow();
  }

  /** What it said. */
  String text() throws IOException {
    return Files.readString(process.log());
  }

  @Override
  public void close() {
    process.close();
  }
}
