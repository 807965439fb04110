package dev.onceflow.cli.audit.topics;

import dev.onceflow.schemas.event.VerdictCounts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What became of the records of one input partition below the committed cut.
 *
 * @param partition of the input
 * @param counts what the job counted, in the transactions of the effects
 * @param inInput committed records of the input below the cut; empty where some are out of sight
 * @param found input records by the fate that a topic shows
 * @param outOfSight fates whose topics no longer hold all records
 * @param wrong offsets with half a fate, or more than one, named
 * @param wrongCount how many there are
 */
record PartitionSum(
    int partition,
    VerdictCounts counts,
    OptionalLong inInput,
    Map<Fate, Long> found,
    List<Fate> outOfSight,
    List<String> wrong,
    long wrongCount) {

  static PartitionSum of(
      int partition,
      VerdictCounts counts,
      OptionalLong inInput,
      Fates fates,
      List<Fate> outOfSight) {
    Map<Fate, Long> found = new EnumMap<>(Fate.class);
    for (Fate fate : Fate.values()) {
      found.put(fate, fates.count(fate));
    }
    return new PartitionSum(
        partition, counts, inInput, found, outOfSight, fates.wrong(), fates.wrongCount());
  }

  /** What differs, in words; empty where nothing does. */
  List<String> differences() {
    List<String> differences = new ArrayList<>(wrong);
    long outcomes =
        counts.getApplied()
            + counts.getRejected()
            + counts.getDuplicate()
            + counts.getQuarantined()
            + counts.getDlq();
    if (counts.getRead() != outcomes) {
      differences.add("%d records read, %d outcomes".formatted(counts.getRead(), outcomes));
    }
    if (inInput.isPresent() && inInput.getAsLong() != counts.getRead()) {
      differences.add(
          "%d records in the input, %d read".formatted(inInput.getAsLong(), counts.getRead()));
    }
    for (Fate fate : Fate.values()) {
      long shown = found.get(fate);
      if (!outOfSight.contains(fate)) {
        fate.counted(counts)
            .filter(counted -> counted != shown)
            .ifPresent(
                counted ->
                    differences.add(
                        "%d %s, %d of them in %s"
                            .formatted(counted, fate.word(), shown, fate.topic())));
      }
    }
    if (found.get(Fate.POSTED) > counts.getApplied()) {
      differences.add(
          "%d applied, %d posted".formatted(counts.getApplied(), found.get(Fate.POSTED)));
    }
    return differences;
  }
}
