package dev.onceflow.benchmarks.replay;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A count that grows: from the first time that it was seen to have moved, to the last.
 *
 * @param firstCount what it was when it was first seen to have moved
 * @param firstNs when that was
 */
record Moves(long firstCount, long firstNs, long lastCount, long lastNs) {
  private static final long LOOK_MS = 25;

  /** Watches it until something holds; bounded by {@link Stage#LIMIT}. */
  static Moves until(Callable<Long> count, Callable<Boolean> ended) throws Exception {
    long deadlineNs = System.nanoTime() + Stage.LIMIT.toNanos();
    long before = count.call();
    Moves moves = null;
    long last = before;
    boolean isEnd = false;
    while (!isEnd) {
      // Asked first: what has moved until then is seen below.
      isEnd = ended.call();
      long now = count.call();
      if (now > last) {
        last = now;
        long ns = System.nanoTime();
        moves =
            moves == null
                ? new Moves(now, ns, now, ns)
                : new Moves(moves.firstCount, moves.firstNs, now, ns);
      }
      if (System.nanoTime() > deadlineNs) {
        throw new IllegalStateException(
            "No end within %d s; it went from %d to %d"
                .formatted(Stage.LIMIT.toSeconds(), before, last));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
    if (moves == null) {
      throw new IllegalStateException("It stood still at " + before);
    }
    return moves;
  }

  /** How much a second, between the first sight and the last; 0 where there was only one. */
  double perSecond() {
    return lastNs == firstNs
        ? 0
        : (lastCount - firstCount) * (double) TimeUnit.SECONDS.toNanos(1) / (lastNs - firstNs);
  }
}
