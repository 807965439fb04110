package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Difference;
import dev.onceflow.cli.audit.digest.Finding;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit of one table has found.
 *
 * @param since the earlier audit that it is built on
 * @param records read from the topic, by partition
 * @param unreadable records that fit no row and are in no dead letter queue either
 * @param named the first differences of each kind
 * @param notVisible what could not be seen
 */
record TableFindings(
    InsertEffect effect,
    Map<String, String> database,
    TopicFacts topicFacts,
    Cut cut,
    Optional<EarlierAudit> since,
    List<ComparedColumn> columns,
    Map<String, String> notCompared,
    String digestKey,
    Map<Integer, Long> records,
    long tombstones,
    long notSelected,
    long unreadable,
    long rejected,
    boolean everyRowHasARecord,
    Difference difference,
    List<NamedDifference> named,
    List<String> notVisible) {
  /** The answer. */
  enum Verdict {
    /** All that is in sight is the same, by event ID and content. */
    AGREE,
    /** Something differs. */
    DIFFER,
    /**
     * Some rows differ from a record of their event whose first record may have expired; nothing
     * else differs.
     */
    UNDECIDED,
    /** There are rows, and no record of them is in sight. */
    NOTHING_IN_SIGHT
  }

  Verdict verdict() {
    if (!difference.isNone() || unreadable > 0) {
      return Verdict.DIFFER;
    }
    if (count(Finding.Kind.UNDECIDED) > 0) {
      return Verdict.UNDECIDED;
    }
    return difference.topic().rows() == 0 && difference.outOfSight() > 0
        ? Verdict.NOTHING_IN_SIGHT
        : Verdict.AGREE;
  }

  /** The same, naming so many differences of each kind at most. */
  TableFindings naming(int max) {
    Map<Finding.Kind, Integer> seen = new EnumMap<>(Finding.Kind.class);
    List<NamedDifference> first =
        named.stream().filter(d -> seen.merge(d.kind(), 1, Integer::sum) <= max).toList();
    return new TableFindings(
        effect,
        database,
        topicFacts,
        cut,
        since,
        columns,
        notCompared,
        digestKey,
        records,
        tombstones,
        notSelected,
        unreadable,
        rejected,
        everyRowHasARecord,
        difference,
        first,
        notVisible);
  }

  long count(Finding.Kind kind) {
    long counted = difference.counts().getOrDefault(kind, 0L);
    return kind == Finding.Kind.MISSING ? counted + unreadable : counted;
  }
}
