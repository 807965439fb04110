package dev.onceflow.cli.audit.topics;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the records of one input partition, by offset: two bits for each fate and offset,
 * so that a loss and a duplicate don't cancel. One thread.
 */
final class Fates {
  private static final int NAMES_MAX = 20;

  private final long next;
  private final Map<Fate, BitSet> once = new EnumMap<>(Fate.class);
  private final Map<Fate, BitSet> twice = new EnumMap<>(Fate.class);
  private final List<String> wrong = new ArrayList<>();
  private long wrongCount;

  /**
   * @param next the first offset that the job has not committed; later ones are ignored
   */
  Fates(long next) {
    this.next = next;
    for (Fate fate : Fate.values()) {
      once.put(fate, new BitSet());
      twice.put(fate, new BitSet());
    }
  }

  /** Notes that an output record says of an input record what became of it. */
  void add(Fate fate, long inputOffset) {
    if (inputOffset >= next) {
      return;
    }
    // 2^31 offsets of one partition are more than a partition is kept for here; refused by the cut.
    int bit = Math.toIntExact(inputOffset);
    BitSet seenOnce = once.get(fate);
    BitSet seenTwice = twice.get(fate);
    if (!seenOnce.get(bit)) {
      seenOnce.set(bit);
    } else if (fate.copies() > 1 && !seenTwice.get(bit)) {
      seenTwice.set(bit);
    } else {
      name(
          "offset %d is in %s more than %s"
              .formatted(inputOffset, fate.topic(), fate.copies() == 1 ? "once" : "twice"));
    }
  }

  /**
   * After all were added: finds what has half a fate, or two.
   *
   * @param outOfSight fates whose topics no longer hold all records
   */
  void check(List<Fate> outOfSight) {
    BitSet seen = new BitSet();
    for (Fate fate : Fate.values()) {
      if (fate.copies() > 1 && !outOfSight.contains(fate)) {
        BitSet half = (BitSet) once.get(fate).clone();
        half.andNot(twice.get(fate));
        half.stream()
            .forEach(
                offset -> name("offset %d is in %s only once".formatted(offset, fate.topic())));
      }
      BitSet both = (BitSet) seen.clone();
      both.and(once.get(fate));
      both.stream()
          .forEach(
              offset -> name("offset %d has two fates, one in %s".formatted(offset, fate.topic())));
      seen.or(once.get(fate));
    }
  }

  private void name(String what) {
    wrongCount++;
    if (wrong.size() < NAMES_MAX) {
      wrong.add(what);
    }
  }

  /** How many input records met a fate. */
  long count(Fate fate) {
    return once.get(fate).cardinality();
  }

  /** The first of what is wrong. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  long wrongCount() {
    return wrongCount;
  }
}
