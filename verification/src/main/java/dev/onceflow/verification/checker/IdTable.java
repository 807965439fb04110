package dev.onceflow.verification.checker;

import java.util.Arrays;

/**
 * From 128-bit keys to numbers, some 30 bytes a key: millions of event IDs as objects would not fit
 * beside the rest. Open addressing, at most two thirds full, nothing is ever taken out.
 */
final class IdTable {
  /** The number of a key that isn't there. */
  static final int NONE = -1;

  private static final int FIRST = 64;

  private long[] high = new long[FIRST];
  private long[] low = new long[FIRST];
  private int[] numbers = empty(FIRST);
  private int size;

  /** The number of a key, {@link #NONE} where it has none. */
  int find(long keyHigh, long keyLow) {
    return numbers[slot(keyHigh, keyLow)];
  }

  /** Gives a key a number, 0 or more, in place of any that it has. */
  void put(long keyHigh, long keyLow, int number) {
    int slot = slot(keyHigh, keyLow);
    if (numbers[slot] == NONE) {
      if (3 * (size + 1L) > 2L * numbers.length) {
        grow();
        slot = slot(keyHigh, keyLow);
      }
      size++;
      high[slot] = keyHigh;
      low[slot] = keyLow;
    }
    numbers[slot] = number;
  }

  int size() {
    return size;
  }

  private int slot(long keyHigh, long keyLow) {
    long mixed = (keyHigh ^ Long.rotateLeft(keyLow, 32)) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
    int slot = (int) (mixed ^ mixed >>> 32) & (numbers.length - 1);
    while (numbers[slot] != NONE && (high[slot] != keyHigh || low[slot] != keyLow)) {
      slot = slot + 1 & (numbers.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] highBefore = high;
    long[] lowBefore = low;
    int[] numbersBefore = numbers;
    high = new long[2 * highBefore.length];
    low = new long[2 * highBefore.length];
    numbers = empty(2 * highBefore.length);
    for (int i = 0; i < numbersBefore.length; i++) {
      if (numbersBefore[i] != NONE) {
        int slot = slot(highBefore[i], lowBefore[i]);
        high[slot] = highBefore[i];
        low[slot] = lowBefore[i];
        numbers[slot] = numbersBefore[i];
      }
    }
  }

  private static int[] empty(int length) {
    int[] numbers = new int[length];
    Arrays.fill(numbers, NONE);
    return numbers;
  }
}
