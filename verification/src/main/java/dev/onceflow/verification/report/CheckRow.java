package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A check over all legs: its worst answer, its counts and deviations together, the first note. */
record CheckRow(
    String name,
    Answer answer,
    int times,
    Map<String, Long> counts,
    long deviations,
    String note,
    List<Check> withSomethingToSay) {
  static List<CheckRow> of(ChaosReport report) {
    Map<String, CheckRow> rows = new LinkedHashMap<>();
    for (Check check : report.checks()) {
      rows.merge(
          check.name(),
          new CheckRow(
              check.name(),
              check.answer(),
              1,
              check.counts(),
              check.deviations(),
              check.note(),
              saysSomething(check) ? List.of(check) : List.of()),
          CheckRow::and);
    }
    return List.copyOf(rows.values());
  }

  /** What was counted, in words. */
  String counted() {
    List<String> words = new ArrayList<>();
    counts.forEach((what, count) -> words.add(what + " " + Figures.count(count)));
    if (words.isEmpty() && note != null) {
      words.add(note);
    }
    return String.join(", ", words);
  }

  private CheckRow and(CheckRow later) {
    Map<String, Long> sums = new LinkedHashMap<>(counts);
    later.counts.forEach((what, count) -> sums.merge(what, count, Long::sum));
    List<Check> all = new ArrayList<>(withSomethingToSay);
    all.addAll(later.withSomethingToSay);
    return new CheckRow(
        name,
        answer.and(later.answer),
        times + later.times,
        sums,
        deviations + later.deviations,
        note,
        all);
  }

  private static boolean saysSomething(Check check) {
    return check.answer() != Answer.VALID || !check.findings().isEmpty();
  }
}
