package dev.onceflow.verification.checker;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether effects are exactly those expected: each once, none missing, none altered, none besides.
 *
 * @param findings the first deviations of each check and place, in the order in which they were met
 * @param checks what each check looked at, and how often it found a deviation; every check is there
 * @param lost by place, how many effects that must stand don't
 * @param twice by place, how many times effects stand again
 * @param numbers what was counted besides, by name, for reports
 */
public record Judgement(
    List<Finding> findings,
    Map<Check, Looked> checks,
    Map<String, Long> lost,
    Map<String, Long> twice,
    Map<String, Long> numbers) {
  /**
   * What one check came to.
   *
   * @param things how many things it looked at; 0 says that it had nothing to look at
   * @param deviations how many of them were not as they must be
   */
  public record Looked(long things, long deviations) {}

  /** The three answers of a check. */
  public enum Answer {
    /** It looked, and all was as it must be. */
    HELD,
    /** It found a deviation. */
    VIOLATED,
    /** It had nothing to look at, so it says nothing. */
    NOT_LOOKED_AT
  }

  /** Copies. */
  public Judgement {
    findings = List.copyOf(findings);
    checks = Collections.unmodifiableMap(new EnumMap<>(checks));
    lost = Collections.unmodifiableMap(new TreeMap<>(lost));
    twice = Collections.unmodifiableMap(new TreeMap<>(twice));
    numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
  }

  /** Compares facts that were found with those that must be. */
  public static Judgement of(Effects expected, Effects found) {
    Findings findings = new Findings(Integer.MAX_VALUE);
    TreeSet<String> facts = new TreeSet<>(expected.facts().keySet());
    facts.addAll(found.facts().keySet());
    for (String fact : facts) {
      long wanted = expected.facts().getOrDefault(fact, 0L);
      long had = found.facts().getOrDefault(fact, 0L);
      findings.looked(Check.LOST, wanted);
      findings.looked(Check.TWICE, wanted);
      findings.looked(Check.FOREIGN, had);
      Check check = had < wanted ? Check.LOST : wanted > 0 ? Check.TWICE : Check.FOREIGN;
      if (had != wanted) {
        findings.add(check, "facts", fact, wanted + " times", had + " times", "");
      }
    }
    return findings.judgement();
  }

  /** What a check says. */
  public Answer answer(Check check) {
    Looked looked = checks.get(check);
    if (looked.deviations() > 0) {
      return Answer.VIOLATED;
    }
    return looked.things() > 0 ? Answer.HELD : Answer.NOT_LOOKED_AT;
  }

  /** True if each effect stands exactly once, as far as was looked. */
  public boolean isExactlyOnce() {
    return checks.entrySet().stream()
        .noneMatch(each -> each.getKey().isAboutEffects() && each.getValue().deviations() > 0);
  }

  /** True if no check at all found a deviation. */
  public boolean holds() {
    return checks.values().stream().noneMatch(each -> each.deviations() > 0);
  }

  /** How many effects are lost, over all places. */
  public long lostEffects() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many effects stand once more than they should, over all places. */
  public long twiceEffects() {
    return twice.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What should stand and doesn't, as far as it is named. */
  public List<String> missing() {
    return findings.stream()
        .filter(each -> each.check() == Check.LOST)
        .map(Finding::subject)
        .toList();
  }

  /** What stands and should not, or stands more often than it should, as far as it is named. */
  public List<String> surplus() {
    return findings.stream()
        .filter(each -> each.check() == Check.TWICE || each.check() == Check.FOREIGN)
        .map(
            each ->
                each.found().equals("1 times")
                    ? each.subject()
                    : each.subject() + " (" + each.found() + ')')
        .toList();
  }

  /** The verdict in a few lines, with the first few findings of each check. */
  public String summary() {
    if (holds()) {
      return "each effect exactly once";
    }
    return checks.entrySet().stream()
        .filter(each -> each.getValue().deviations() > 0)
        .map(
            each ->
                "%d %s%s"
                    .formatted(
                        each.getValue().deviations(), each.getKey().text(), suchAs(each.getKey())))
        .collect(Collectors.joining("; "));
  }

  private String suchAs(Check check) {
    List<Finding> named = findings.stream().filter(each -> each.check() == check).limit(3).toList();
    return named.isEmpty() ? "" : ", such as " + named;
  }
}
