package dev.onceflow.cli.audit.digest;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/**
 * Compares a topic with a table: one pass over each, at the same time, and where buckets differ a
 * second one that opens them. Memory grows neither with the rows that agree nor with those that
 * differ.
 *
 * <p>Built on an earlier audit, the topic gives what came since. Rows that say where their records
 * stand are then told apart at once, and those of the earlier audit must have the digest that they
 * had. Other rows are all looked at together: the table should be the earlier one and the records
 * since; if it isn't, all buckets are opened, with all records that are still there.
 */
public final class SetComparison {
  private final byte[] key;
  private final int namesMax;
  private final Sides sides;

  /**
   * What is compared.
   *
   * @param topic the records that the audit covers
   * @param wholeTopic these and all earlier ones that are still there
   * @param table the rows
   * @param rowsHavePlaces whether rows say where their records stand
   */
  public record Sides(
      RowSource topic, RowSource wholeTopic, RowSource table, boolean rowsHavePlaces) {}

  /**
   * @param key for the hashes of rows
   * @param namesMax how many differences of each kind to name
   */
  public SetComparison(byte[] key, int namesMax, Sides sides) {
    this.key = key.clone();
    this.namesMax = namesMax;
    this.sides = sides;
  }

  /**
   * Reads both sides and compares.
   *
   * @param everyRowHasARecord false where the topic may have lost records of rows that are there
   * @param isRejected whether a record is known to have been set aside; asked in the second pass
   * @param then the table as an earlier audit saw it, by the same key
   */
  public Difference run(
      boolean everyRowHasARecord, Predicate<Place> isRejected, Optional<RowSums> then) {
    RowDigest topic = new RowDigest(key);
    RowDigest table = new RowDigest(key);
    RowDigest outOfSight = new RowDigest(key);
    both(
        sides.topic,
        (row, place) -> topic.add(row),
        (row, place) -> (place.inSight() ? table : outOfSight).add(row));
    Judgement judgement = new Judgement(namesMax, everyRowHasARecord, isRejected);
    boolean isMixed = then.isPresent() && !sides.rowsHavePlaces;
    boolean isAsExpected = isMixed && then.get().plus(topic.total()).equals(table.total());
    if (isMixed) {
      if (!isAsExpected) {
        BitSet all = new BitSet(RowDigest.BUCKETS);
        all.set(0, RowDigest.BUCKETS);
        // The records before are about as many as the rows.
        open(all, topic.rows() + 2 * table.rows(), sides.wholeTopic, judgement);
        judgement.settle(then.get());
      }
    } else {
      BitSet differing = topic.bucketsThatDifferFrom(table);
      if (!differing.isEmpty()) {
        open(differing, topic.rowsIn(differing) + table.rowsIn(differing), sides.topic, judgement);
      }
    }
    Optional<RowSums> now =
        isAsExpected ? then : Optional.of(isMixed ? judgement.earlier() : outOfSight.total());
    return new Difference(
        topic.total(),
        table.total().plus(outOfSight.total()),
        List.copyOf(judgement.named()),
        Map.copyOf(new EnumMap<>(judgement.counts())),
        judgement.repeated(),
        judgement.rejected(),
        isMixed ? 0 : judgement.outOfSight() + (then.isPresent() ? 0 : outOfSight.rows()),
        then.map(rows -> new Difference.Earlier(rows, now.orElseThrow())));
  }

  private void open(BitSet buckets, long rows, RowSource topic, Judgement judgement) {
    RowDigest ofTopic = new RowDigest(key);
    RowDigest ofTable = new RowDigest(key);
    try (OpenedRows opened = new OpenedRows(buckets, rows)) {
      both(
          topic,
          (row, place) -> opened.offer(Side.TOPIC, ofTopic, row, place),
          (row, place) -> opened.offer(Side.TABLE, ofTable, row, place));
      opened.forEachGroup(judgement::judge);
    }
  }

  private void both(RowSource topic, RowSource.Sink ofTopic, RowSource.Sink ofTable) {
    CompletableFuture<Void> tableSide =
        CompletableFuture.runAsync(
            () -> sides.table.forEach(ofTable),
            action -> new Thread(action, "audit-table").start());
    try {
      topic.forEach(ofTopic);
    } finally {
      // Waited for in any case: the connection belongs to one thread at a time.
      tableSide.handle((done, failure) -> null).join();
    }
    try {
      tableSide.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
