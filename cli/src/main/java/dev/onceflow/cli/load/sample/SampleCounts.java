package dev.onceflow.cli.load.sample;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a generator has put in so far: what a summary of the job must show after a first load.
 *
 * @param records all records
 * @param sorts records by sort; every sort is there
 * @param late how many of them happened days before their neighbours
 */
public record SampleCounts(long records, Map<Sort, Long> sorts, long late) {
  /** Copies, in the order of the sorts. */
  public SampleCounts {
    sorts = Collections.unmodifiableMap(new EnumMap<>(sorts));
  }

  /** Records by what must become of them; every outcome is there. */
  public Map<Sort.Outcome, Long> outcomes() {
    Map<Sort.Outcome, Long> outcomes = new EnumMap<>(Sort.Outcome.class);
    for (Sort sort : Sort.values()) {
      outcomes.merge(sort.outcome(), sorts.getOrDefault(sort, 0L), Long::sum);
    }
    return outcomes;
  }
}
