package dev.onceflow.local.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * A running child process and whatever it has started itself.
 *
 * <p>Guarantee: it does not outlive this JVM. The child watches its standard input, whose other end
 * this JVM holds and the operating system closes when the JVM ends, however it ends. A paused child
 * can't watch anything, so a pause has a watcher of its own that wakes the child up to see that
 * this JVM is gone. The child has a session of its own where the system can give it one, so that
 * Ctrl-C at a terminal reaches this JVM alone, which then stops its children in order.
 *
 * <p>Safe for use by many threads. Closing is stopping.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(20);
  private static final Duration KILL_DEADLINE = Duration.ofSeconds(10);
  private static final Duration LEFTOVER_DEADLINE = Duration.ofSeconds(15);
  private static final int LOG_LINES_SHOWN = 15;
  private static final long POLL_MS = 25;

  /** SIGINT stays ignored across exec; a new session keeps the terminal's signals away. */
  private static final String LAUNCHER =
      "trap '' INT; if command -v setsid >/dev/null 2>&1; then exec setsid \"$@\"; fi; exec \"$@\"";

  /** Wakes up what was paused, unless it is told first (by a line) that it was resumed. */
  private static final String PAUSE_WATCHER =
      "if ! read -r resumed; then for pid in \"$@\"; do kill -s CONT \"$pid\"; done; fi";

  private final ChildCommand command;
  private final Process process;
  private Process pauseWatcher;

  private ChildProcess(ChildCommand command, Process process) {
    this.command = command;
    this.process = process;
  }

  /**
   * Starts a child, after a leftover of an earlier run on the same folder has ended.
   *
   * @throws UserException if it can't be started
   */
  public static ChildProcess start(ChildCommand command) {
    try {
      Files.createDirectories(command.folder());
      awaitLeftover(command);
      Process process = launch(command.command(), command);
      Files.writeString(
          command.pidFile(), process.pid() + " " + startedMs(process.toHandle()) + "\n");
      return new ChildProcess(command, process);
    } catch (IOException e) {
      throw new UserException("%s can't be started: %s".formatted(command.name(), e), e);
    }
  }

  private static Process launch(List<String> program, ChildCommand command) throws IOException {
    List<String> launched = new ArrayList<>(List.of("sh", "-c", LAUNCHER, command.name()));
    launched.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(launched)
            .directory(command.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
    builder.environment().putAll(command.environment());
    return builder.start();
  }

  /**
   * A parent that was killed leaves children that are still shutting down; starting beside one
   * would meet its ports and file locks.
   */
  private static void awaitLeftover(ChildCommand command) throws IOException {
    Optional<ProcessHandle> leftover = leftover(command.pidFile());
    if (leftover.isPresent() && !ended(List.of(leftover.get()), LEFTOVER_DEADLINE)) {
      throw new UserException(
          "%s already runs on %s as process %d. Stop what started it, or end it with 'kill %d'."
              .formatted(
                  command.name(), command.folder(), leftover.get().pid(), leftover.get().pid()));
    }
  }

  private static Optional<ProcessHandle> leftover(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    String[] words = Files.readString(pidFile).strip().split(" ", -1);
    if (words.length != 2) {
      return Optional.empty(); // torn by a crash while it was written: the child had no time to run
    }
    // PIDs are used again; with the time of its start it is the same process.
    return ProcessHandle.of(Long.parseLong(words[0]))
        .filter(handle -> runs(handle) && startedMs(handle) == Long.parseLong(words[1]));
  }

  private static long startedMs(ProcessHandle handle) {
    return handle.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L);
  }

  /**
   * Waits until the child serves.
   *
   * @param ready answers true once it serves; what it throws counts as not yet
   * @throws UserException if the child ends or the time is over, with the end of its log; the child
   *     has been ended then
   */
  public void awaitReady(Callable<Boolean> ready, Duration limit) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadlineNs) {
      if (!process.isAlive()) {
        throw new UserException(
            "%s ended with exit code %d instead of starting.%s"
                .formatted(command.name(), process.exitValue(), endOfLog()));
      }
      try {
        if (ready.call()) {
          return;
        }
      } catch (UserException e) {
        kill();
        throw e;
      } catch (Exception notYet) {
        last = notYet;
      }
      sleep(POLL_MS);
    }
    kill();
    throw new UserException(
        "%s did not serve within %d s (last answer: %s).%s"
            .formatted(command.name(), limit.toSeconds(), last, endOfLog()),
        last);
  }

  /** What people call it. */
  public String name() {
    return command.name();
  }

  /** Its process ID. */
  public long pid() {
    return process.pid();
  }

  /** Where its output goes. */
  public Path log() {
    return command.log();
  }

  /** Whether it runs; a paused child does. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Its exit code, or empty while it runs; 128 + N where it was ended by signal N. */
  public Optional<Integer> exitCode() {
    return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
  }

  /** SIGKILL to the child and all that it has started; returns when they are gone. */
  public synchronized void kill() {
    List<ProcessHandle> family = family();
    family.forEach(ProcessHandle::destroyForcibly);
    endPauseWatcher();
    if (!gone(family, KILL_DEADLINE)) {
      throw new IllegalStateException("%s survived SIGKILL: %s".formatted(name(), family));
    }
  }

  /** Asks the child to shut down in order; kills it where that takes too long. */
  public synchronized void stop() {
    if (!process.isAlive()) {
      return;
    }
    resume();
    List<ProcessHandle> family = family();
    signal(command.stopSignal(), List.of(process.pid()));
    if (!gone(family, STOP_DEADLINE)) {
      kill();
    }
  }

  /**
   * SIGSTOP to the child and all that it has started, until {@link #resume()}. Idempotent.
   *
   * @throws IllegalStateException if the child has ended
   */
  public synchronized void pause() {
    if (!process.isAlive()) {
      throw new IllegalStateException(name() + " has ended and can't be paused");
    }
    if (pauseWatcher != null) {
      return;
    }
    List<Long> pids = family().stream().map(ProcessHandle::pid).toList();
    // Before the signal: a parent that dies in between must not leave a child stopped for ever.
    pauseWatcher = startPauseWatcher(pids);
    signal("STOP", pids);
  }

  /** SIGCONT after a {@link #pause()}. Idempotent. */
  public synchronized void resume() {
    if (pauseWatcher != null) {
      signal("CONT", family().stream().map(ProcessHandle::pid).toList());
      endPauseWatcher();
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** What the operating system does when this JVM ends. */
  void closeInput() throws IOException {
    process.getOutputStream().close();
  }

  private Process startPauseWatcher(List<Long> pids) {
    List<String> program = new ArrayList<>(List.of("sh", "-c", PAUSE_WATCHER, "pause-watcher"));
    pids.forEach(pid -> program.add(pid.toString()));
    try {
      return launch(program, command);
    } catch (IOException e) {
      throw new IllegalStateException(name() + " can't be paused: " + e, e);
    }
  }

  private void endPauseWatcher() {
    if (pauseWatcher == null) {
      return;
    }
    try (var input = pauseWatcher.getOutputStream()) {
      input.write('\n');
    } catch (IOException ended) {
      // It is gone already, which is what was wanted.
    }
    pauseWatcher = null;
  }

  /** The child and all that it has started, the child first. */
  public List<ProcessHandle> family() {
    // In this order it is signalled: it must not see its own children die and start others.
    List<ProcessHandle> family = new ArrayList<>();
    family.add(process.toHandle());
    process.descendants().forEach(family::add);
    return family;
  }

  private void signal(String signal, List<Long> pids) {
    List<String> kill =
        new ArrayList<>(List.of("sh", "-c", "kill -s \"$@\" 2>/dev/null", "kill", signal));
    pids.forEach(pid -> kill.add(pid.toString()));
    try {
      // It may have ended meanwhile, so that kill's own answer says nothing of use.
      new ProcessBuilder(kill).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("SIG%s can't be sent to %s".formatted(signal, name()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending SIG" + signal, e);
    }
  }

  /** Whether all have ended, and this JVM knows the child's exit code. */
  private boolean gone(List<ProcessHandle> family, Duration limit) {
    try {
      return ended(family, limit) && process.waitFor(KILL_DEADLINE.toMillis(), MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the end of " + name(), e);
    }
  }

  private static boolean ended(List<ProcessHandle> handles, Duration limit) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (handles.stream().anyMatch(ChildProcess::runs)) {
      if (System.nanoTime() > deadlineNs) {
        return false;
      }
      sleep(POLL_MS);
    }
    return true;
  }

  /**
   * Whether a process really runs. A grandchild that has ended stays as a zombie until process 1
   * asks for its exit code, and in many containers process 1 never does; it holds nothing any more.
   */
  public static boolean runs(ProcessHandle handle) {
    if (!handle.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException noProcOrGone) {
      return handle.isAlive();
    }
  }

  private String endOfLog() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines().toList();
      return " The end of %s:%n%s"
          .formatted(
              log(),
              lines.stream()
                  .skip(Math.max(0, lines.size() - LOG_LINES_SHOWN))
                  .collect(Collectors.joining(System.lineSeparator())));
    } catch (IOException e) {
      return " Its log %s can't be read (%s).".formatted(log(), e.getMessage());
    }
  }

  private static void sleep(long ms) {
    try {
      MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a child process", e);
    }
  }
}
