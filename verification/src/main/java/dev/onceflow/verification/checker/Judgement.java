package dev.onceflow.verification.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Whether effects are exactly those expected: each once, none missing, none besides.
 *
 * @param missing facts that should stand and don't
 * @param surplus facts that stand and should not, or stand more often than they should
 */
public record Judgement(List<String> missing, List<String> surplus) {
  /** Compares what was found with what must be. */
  public static Judgement of(Effects expected, Effects found) {
    List<String> missing = new ArrayList<>();
    List<String> surplus = new ArrayList<>();
    TreeSet<String> facts = new TreeSet<>(expected.facts().keySet());
    facts.addAll(found.facts().keySet());
    for (String fact : facts) {
      long wanted = expected.facts().getOrDefault(fact, 0L);
      long had = found.facts().getOrDefault(fact, 0L);
      if (had < wanted) {
        missing.add(fact);
      } else if (had > wanted) {
        surplus.add(had == 1 ? fact : fact + " (" + had + " times)");
      }
    }
    return new Judgement(missing, surplus);
  }

  /** True if each effect stands exactly once. */
  public boolean isExactlyOnce() {
    return missing.isEmpty() && surplus.isEmpty();
  }

  /** The verdict in a sentence, with the first few facts of each sort. */
  public String summary() {
    return isExactlyOnce()
        ? "each effect exactly once"
        : "%d missing, such as %s; %d surplus, such as %s"
            .formatted(
                missing.size(),
                missing.subList(0, Math.min(3, missing.size())),
                surplus.size(),
                surplus.subList(0, Math.min(3, surplus.size())));
  }
}
