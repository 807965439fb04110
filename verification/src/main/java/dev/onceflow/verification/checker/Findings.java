package dev.onceflow.verification.checker;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what the checks find: counts all of it, names the first few of each check and place. */
final class Findings {
  /** So many are named of each check in each place. */
  static final int NAMED_MAX = 20;

  private final int namedMax;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<Check, long[]> counts = new EnumMap<>(Check.class);
  private final Map<String, Integer> named = new HashMap<>();
  private final Map<Check, Map<String, Long>> byPlace = new EnumMap<>(Check.class);
  private final Map<String, Long> numbers = new HashMap<>();

  Findings(int namedMax) {
    this.namedMax = namedMax;
    for (Check check : Check.values()) {
      counts.put(check, new long[2]);
      byPlace.put(check, new HashMap<>());
    }
  }

  /** A check looks at so many things. */
  void looked(Check check, long things) {
    counts.get(check)[0] += things;
  }

  /** A check found a deviation. */
  void add(
      Check check,
      String place,
      String subject,
      Object expected,
      Object found,
      Object coordinates) {
    add(check, 1, place, subject, expected, found, coordinates);
  }

  /** A check found a deviation that stands for so many effects. */
  void add(
      Check check,
      long effects,
      String place,
      String subject,
      Object expected,
      Object found,
      Object coordinates) {
    counts.get(check)[1] += effects;
    byPlace.get(check).merge(place, effects, Long::sum);
    if (named.merge(check + " " + place, 1, Integer::sum) <= namedMax) {
      findings.add(
          new Finding(
              check,
              place,
              subject,
              String.valueOf(expected),
              String.valueOf(found),
              String.valueOf(coordinates)));
    }
  }

  /** Compares two things, and says where they differ. */
  void compare(
      Check check,
      String place,
      String subject,
      Object expected,
      Object found,
      Object coordinates) {
    looked(check, 1);
    if (!expected.equals(found)) {
      add(check, place, subject, expected, found, coordinates);
    }
  }

  /** A number for reports. */
  void number(String name, long more) {
    numbers.merge(name, more, Long::sum);
  }

  Judgement judgement() {
    Map<Check, Judgement.Looked> checks = new EnumMap<>(Check.class);
    counts.forEach((check, count) -> checks.put(check, new Judgement.Looked(count[0], count[1])));
    return new Judgement(
        findings, checks, byPlace.get(Check.LOST), byPlace.get(Check.TWICE), numbers);
  }
}
