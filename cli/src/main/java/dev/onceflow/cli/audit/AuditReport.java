package dev.onceflow.cli.audit;

import java.util.List;
import java.util.Map;

/**
 * What an audit found, at the cut that the tables' fence says has been applied.
 *
 * @param cut the first offset not covered, by {@code topic-partition}
 * @param topics committed records, by topic
 * @param tables rows, by table
 * @param comparisons topic against table, and the ledger's sums against both
 * @param ledger what the entries add up to, by currency
 * @param conservation what became of the input
 */
public record AuditReport(
    Map<String, Long> cut,
    Map<String, Long> topics,
    Map<String, Long> tables,
    List<Comparison> comparisons,
    List<LedgerSums> ledger,
    Conservation conservation) {

  /** True if everything agrees and the books balance. */
  public boolean agrees() {
    return comparisons.stream().allMatch(Comparison::agrees)
        && ledger.stream().allMatch(sums -> sums.sumMinor() == 0)
        && conservation.holds();
  }
}
