package dev.onceflow.cli.replay;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How far it is, on standard error, and only for a terminal. */
final class Progress {
  private static final int WIDTH = 30;
  private static final double NANOS = 1e9;

  private final PrintWriter err;
  private final boolean isTerminal;
  private final long beganNs = System.nanoTime();
  private long firstDone = -1;

  /**
   * @param isTerminal whether anybody sees it; only the launcher's shell can tell
   */
  Progress(PrintWriter err, boolean isTerminal) {
    this.err = err;
    this.isTerminal = isTerminal;
  }

  void counted(long records) {
    show("%,d records counted".formatted(records));
  }

  void replayed(Replay replay, long done, long all) {
    if (firstDone < 0) {
      firstDone = done;
    }
    double seconds = (System.nanoTime() - beganNs) / NANOS;
    double rate = (done - firstDone) / Math.max(0.001, seconds);
    int filled = all == 0 ? WIDTH : (int) (WIDTH * done / all);
    show(
        String.format(
            Locale.ROOT,
            "[%s%s] %,d of %,d, %s, %,.0f a second%s",
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done,
            all,
            replay.state().label(),
            rate,
            rate < 1 ? "" : ", " + Duration.ofSeconds((long) ((all - done) / rate)) + " left"));
  }

  private void show(String line) {
    if (isTerminal) {
      err.print("\r\u001b[K" + line);
      err.flush();
    }
  }

  void end() {
    show("");
  }
}
