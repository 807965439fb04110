package dev.onceflow.verification.checker;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Ticks off expected records as they are found in one place: each once, unaltered, in order. */
final class Standing {
  private final ExpectedRecords expected;
  private final String place;
  private final IntFunction<String> name;
  private final Findings findings;
  private final LongList found = new LongList();
  private final Map<Long, Integer> latest = new HashMap<>();

  /**
   * @param place the topic or the table
   * @param name what an expected record is called in a finding
   */
  Standing(ExpectedRecords expected, String place, IntFunction<String> name, Findings findings) {
    this.expected = expected;
    this.place = place;
    this.name = name;
    this.findings = findings;
    for (int i = 0; i < expected.size(); i++) {
      found.add(0);
    }
  }

  /**
   * A record was found.
   *
   * @param number of the expected record with the same identity
   * @param same whether its content is as expected
   * @param text what was found, for people
   * @param at where, for people
   * @return whether it is the first one
   */
  boolean see(int number, boolean same, String text, Object at) {
    findings.looked(Check.TWICE, 1);
    findings.looked(Check.ALTERED, 1);
    long times = found.at(number) + 1;
    found.set(number, times);
    if (times > expected.times(number)) {
      findings.add(
          Check.TWICE,
          place,
          name.apply(number),
          expected.times(number) + " times",
          times + " times",
          at);
    }
    if (!same) {
      findings.add(
          Check.ALTERED,
          place,
          name.apply(number),
          "what its input leads to",
          text,
          source(number) + ", " + at);
    }
    return times == 1;
  }

  /** The record stands in a log: those of one input partition must be in the input's order. */
  void inOrder(int number, Place at) {
    findings.looked(Check.ORDER, 1);
    long way = Place.packed(Place.partition(expected.source(number)), at.partition());
    Integer before = latest.put(way, number);
    if (before != null && before > number) {
      findings.add(
          Check.ORDER,
          place,
          name.apply(number),
          "before what came of " + source(before),
          "after it",
          source(number) + ", " + at);
    }
  }

  /** Something was found that is not expected at all. */
  void foreign(String subject, String text, Object at) {
    findings.looked(Check.FOREIGN, 1);
    findings.add(Check.FOREIGN, place, subject, "nothing", text, at);
  }

  /** Whether it was found at all. */
  boolean stands(int number) {
    return found.at(number) > 0;
  }

  /** All was seen: what is due and was not found is lost. */
  void end(IntPredicate due) {
    for (int i = 0; i < expected.size(); i++) {
      if (!due.test(i)) {
        continue;
      }
      findings.looked(Check.LOST, 1);
      findings.looked(Check.FOREIGN, 1);
      long missing = expected.times(i) - found.at(i);
      if (missing > 0) {
        findings.add(
            Check.LOST,
            missing,
            place,
            name.apply(i),
            expected.times(i) + " times",
            found.at(i) + " times",
            source(i));
      }
    }
  }

  private Place source(int number) {
    return Place.unpacked("payments", expected.source(number));
  }
}
