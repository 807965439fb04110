package dev.onceflow.cli.replay;

import dev.onceflow.cli.TerminalLine;
import java.time.Duration;
import java.util.Locale;

/** How far a replay is, for people at a terminal. */
final class Progress {
  private static final int WIDTH = 30;
  private static final double NANOS = 1e9;

  private final TerminalLine line;
  private final long beganNs = System.nanoTime();
  private long firstDone = -1;

  Progress(TerminalLine line) {
    this.line = line;
  }

  void counted(long records) {
    line.show(() -> "%,d records counted".formatted(records));
  }

  void replayed(Replay replay, long done, long all) {
    if (firstDone < 0) {
      firstDone = done;
    }
    double seconds = (System.nanoTime() - beganNs) / NANOS;
    double rate = (done - firstDone) / Math.max(0.001, seconds);
    int filled = all == 0 ? WIDTH : (int) (WIDTH * done / all);
    line.show(
        () ->
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

  void waiting(String who) {
    line.show(() -> "waiting for " + who);
  }

  void end() {
    line.close();
  }
}
