package dev.onceflow.verification.chaos;

import dev.onceflow.verification.nemesis.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which fault comes when: a function of the seed and of which kinds there are, so that a run can be
 * repeated, and taken up in the middle. In every round each kind comes once.
 *
 * @param seed decides the order within rounds, whom each fault strikes, and, where faults overlap,
 *     when they come
 * @param kinds what there is to come
 */
record Schedule(long seed, List<FaultKind> kinds) {
  /** Odd and without a pattern in its bits, so that neighbouring numbers give unlike seeds. */
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private static final long TIMES = 0x71E5L;

  Schedule {
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("a schedule needs a kind of fault");
    }
  }

  /**
   * One fault of the schedule.
   *
   * @param index counted from 0
   * @param kind what comes
   * @param seed what the fault itself leaves to chance
   */
  record Turn(int index, FaultKind kind, long seed) {
    /** A fresh source of chance, the same for the same turn. */
    Random random() {
      return new Random(seed);
    }
  }

  /**
   * A fault at its time.
   *
   * @param after the beginning of the phase
   */
  record Timed(Duration after, Turn turn) {}

  /** The fault of this index; there is no last one. */
  Turn turn(int index) {
    int round = index / kinds.size();
    List<FaultKind> shuffled = new ArrayList<>(kinds);
    Collections.shuffle(shuffled, new Random(mixed(seed, round)));
    return new Turn(index, shuffled.get(index % kinds.size()), mixed(~seed, index));
  }

  /**
   * Faults that come at their times, whatever became of those before them.
   *
   * @param length how long they may come for
   * @param gap the mean time between two
   * @param firstIndex the first fault that comes
   */
  List<Timed> overlapping(Duration length, Duration gap, int firstIndex) {
    Random random = new Random(mixed(seed ^ TIMES, firstIndex));
    List<Timed> all = new ArrayList<>();
    double atMs = nextGap(random, gap);
    for (int index = firstIndex; atMs < length.toMillis(); index++) {
      all.add(new Timed(Duration.ofMillis((long) atMs), turn(index)));
      atMs += nextGap(random, gap);
    }
    return all;
  }

  // Gaps of a Poisson process: now three at once, now none for a while. StrictMath, since Math may
  // round differently elsewhere.
  private static double nextGap(Random random, Duration mean) {
    return -StrictMath.log(1 - random.nextDouble()) * mean.toMillis();
  }

  private static long mixed(long seed, long number) {
    long mixed = (seed + number + 1) * MIX;
    mixed = (mixed ^ (mixed >>> 31)) * MIX;
    return mixed ^ (mixed >>> 29);
  }
}
