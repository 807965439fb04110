package dev.onceflow.cli.audit.digest;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a comparison found.
 *
 * @param topic digest of what there should be, records of one event counted each
 * @param table digest of all that there is
 * @param named the first of each kind, by ID
 * @param counts how many of each kind there are, named or not
 * @param repeated records of events that an earlier record had brought already
 * @param rejected records without a row that the sink set aside, and kept
 * @param outOfSight rows whose records the topic no longer holds
 * @param earlier where an earlier audit is built on, digest of the rows that were there then, as
 *     they are now
 */
public record Difference(
    RowSums topic,
    RowSums table,
    List<Finding> named,
    Map<Finding.Kind, Long> counts,
    long repeated,
    long rejected,
    long outOfSight,
    Optional<Earlier> earlier) {
  /**
   * The rows that an earlier audit has seen.
   *
   * @param then as they were
   * @param now as they are
   */
  public record Earlier(RowSums then, RowSums now) {}

  /** True if nothing in sight is known to differ. */
  public boolean isNone() {
    return counts.entrySet().stream()
            .allMatch(each -> each.getKey() == Finding.Kind.UNDECIDED || each.getValue() == 0)
        && earlier.stream().allMatch(rows -> rows.then().equals(rows.now()));
  }
}
