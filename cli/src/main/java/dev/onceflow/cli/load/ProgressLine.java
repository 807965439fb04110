package dev.onceflow.cli.load;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;

/** Progress for people: a line now and then, for a terminal and for a log alike. */
final class ProgressLine implements Consumer<LoadProgress> {
  private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

  private final PrintWriter err;
  private long told = System.nanoTime();

  ProgressLine(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void accept(LoadProgress progress) {
    long now = System.nanoTime();
    if (now - told >= QUIET_NANOS) {
      told = now;
      err.println(
          "%,d lines read, %,d payments sent, %,d lines rejected"
              .formatted(progress.read(), progress.sent(), progress.rejected()));
      err.flush();
    }
  }
}
