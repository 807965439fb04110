package dev.onceflow.verification.checker;

import java.util.Arrays;

/** Numbers in their order, eight bytes each. */
final class LongList {
  private static final int FIRST = 8;

  private long[] numbers = new long[FIRST];
  private int size;

  void add(long number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, size + (size >> 1));
    }
    numbers[size++] = number;
  }

  long at(int index) {
    if (index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    return numbers[index];
  }

  void set(int index, long number) {
    if (index >= size) {
      throw new IndexOutOfBoundsException(index);
    }
    numbers[index] = number;
  }

  int size() {
    return size;
  }
}
