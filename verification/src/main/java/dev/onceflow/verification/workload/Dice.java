package dev.onceflow.verification.workload;

/**
 * Numbers that follow from a seed, a purpose and a number: any of them can be thrown again without
 * those before it (SplitMix64).
 */
record Dice(long seed) {
  /** A number from 0 to {@code sides} - 1. */
  int below(int sides, String purpose, long number) {
    return (int) Long.remainderUnsigned(bits(purpose, number), sides);
  }

  private long bits(String purpose, long number) {
    return mixed(mixed(seed ^ mixed(purpose.hashCode())) + number * 0x9E3779B97F4A7C15L);
  }

  private static long mixed(long bits) {
    long mixed = bits + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
