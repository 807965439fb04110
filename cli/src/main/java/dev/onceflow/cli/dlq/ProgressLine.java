package dev.onceflow.cli.dlq;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;

/** Progress for people: a line now and then, and only where somebody looks at it. */
final class ProgressLine implements Consumer<Tally> {
  private static final long QUIET_NS = Duration.ofSeconds(2).toNanos();

  private final PrintWriter err;

  /** Only the launcher's shell can tell; System.console() no longer does from Java 22 on. */
  private final boolean terminal = Boolean.getBoolean("onceflow.terminal");

  private long toldNs = System.nanoTime();

  ProgressLine(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void accept(Tally tally) {
    long now = System.nanoTime();
    if (terminal && now - toldNs >= QUIET_NS) {
      toldNs = now;
      err.println(
          "%,d decided, %,d left open, %,d dealt with before"
              .formatted(tally.done(), tally.left(), tally.decidedBefore()));
      err.flush();
    }
  }
}
