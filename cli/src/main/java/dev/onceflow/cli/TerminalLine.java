package dev.onceflow.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Progress on standard error: one line that is written over itself, where standard error is a
 * terminal, and nothing at all elsewhere, so that what a script keeps of it are errors only. Used
 * by one thread.
 */
public final class TerminalLine implements AutoCloseable {
  private static final String ERASE = "\r\u001b[2K";
  private static final long QUIET_NS = Duration.ofMillis(200).toNanos();

  private final PrintWriter err;
  private final boolean isTerminal;
  private boolean open;
  private long shownNs = System.nanoTime() - QUIET_NS;

  /**
   * @param err standard error
   */
  public TerminalLine(PrintWriter err) {
    // Only the launcher's shell can tell; System.console() no longer does from Java 22 on.
    this(err, Boolean.getBoolean("onceflow.terminal"));
  }

  TerminalLine(PrintWriter err, boolean isTerminal) {
    this.err = err;
    this.isTerminal = isTerminal;
  }

  /**
   * Shows a line in place of the one before, a few times a second at most.
   *
   * @param line asked only when it is shown
   */
  public void show(Supplier<String> line) {
    long now = System.nanoTime();
    if (isTerminal && now - shownNs >= QUIET_NS) {
      shownNs = now;
      open = true;
      err.print(ERASE + line.get());
      err.flush();
    }
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (open) {
      open = false;
      err.print(ERASE);
      err.flush();
    }
  }
}
