package dev.onceflow.cli.audit.digest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What the rows of opened buckets say, ID by ID. A row should be there once for each event, as the
 * first record of the event in its partition says; which partition's came first, where several have
 * it, can't be told, so each of them is right. Where the first record may be gone, a row that
 * differs from the ones in sight is undecided, until {@link #settle} holds it against an earlier
 * audit. Keeps the first names of each kind and counts all.
 */
final class Judgement {
  private final int namesMax;
  private final boolean everyRowHasARecord;
  private final Predicate<Place> isRejected;
  private final Map<Finding.Kind, TreeMap<String, Finding>> named =
      new EnumMap<>(Finding.Kind.class);
  private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
  private long repeated;
  private long rejected;
  private long outOfSight;
  private RowSums earlier = RowSums.NONE;
  private RowSums undecidedRecords = RowSums.NONE;
  private RowSums undecidedRows = RowSums.NONE;

  private static final class Seen {
    private final List<OpenedRow> records = new ArrayList<>(1);
    private final List<OpenedRow> rows = new ArrayList<>(1);
  }

  /**
   * @param everyRowHasARecord false where the topic may have lost records of rows that are there
   * @param isRejected whether a record is known to have been set aside by the sink
   */
  Judgement(int namesMax, boolean everyRowHasARecord, Predicate<Place> isRejected) {
    this.namesMax = namesMax;
    this.everyRowHasARecord = everyRowHasARecord;
    this.isRejected = isRejected;
    for (Finding.Kind kind : Finding.Kind.values()) {
      named.put(kind, new TreeMap<>());
      counts.put(kind, 0L);
    }
  }

  void judge(List<OpenedRow> group) {
    Map<RowId, Seen> byId = new HashMap<>();
    for (OpenedRow row : group) {
      Seen seen = byId.computeIfAbsent(row.id(), id -> new Seen());
      (row.side() == Side.TOPIC ? seen.records : seen.rows).add(row);
    }
    byId.forEach(this::judge);
  }

  private void judge(RowId id, Seen seen) {
    if (seen.records.isEmpty()) {
      judgeUnexpected(id, seen);
      return;
    }
    List<OpenedRow> taken =
        seen.records.stream().filter(record -> !isRejected.test(record.place())).toList();
    rejected += seen.records.size() - taken.size();
    repeated += Math.max(0, taken.size() - 1);
    if (isOtherThan(taken.isEmpty() ? seen.records : taken, seen.rows)) {
      judgeOther(id, seen);
      return;
    }
    earlier = earlier.plus(ofAnEarlierAudit(seen.records));
    if (seen.rows.isEmpty()) {
      if (!taken.isEmpty()) {
        add(Finding.Kind.MISSING, id, seen);
      }
    } else if (seen.rows.size() > 1) {
      add(Finding.Kind.DUPLICATED, id, seen);
    }
  }

  private static boolean isOtherThan(List<OpenedRow> records, List<OpenedRow> rows) {
    return rows.size() == 1
        && rows.get(0).place().inSight()
        && !firstOfEachPartition(records).contains(rows.get(0).hash());
  }

  // An event's first record may be gone while a later one, with other content, is still there: the
  // row is right then, and must not be called altered.
  private void judgeOther(RowId id, Seen seen) {
    RowSums then = ofAnEarlierAudit(seen.records);
    if (everyRowHasARecord) {
      earlier = earlier.plus(then);
      add(Finding.Kind.ALTERED, id, seen);
    } else {
      undecidedRecords = undecidedRecords.plus(then);
      undecidedRows = undecidedRows.plus(RowSums.of(seen.rows.get(0).hash()));
      add(Finding.Kind.UNDECIDED, id, seen);
    }
  }

  /** An event whose first record was covered by an earlier audit: its row should be as it was. */
  private RowSums ofAnEarlierAudit(List<OpenedRow> records) {
    return records.stream()
        .filter(record -> !record.place().inSight() && !isRejected.test(record.place()))
        .min(Comparator.comparingLong(record -> record.place().offset()))
        .map(first -> RowSums.of(first.hash()))
        .orElse(RowSums.NONE);
  }

  /** Rows that the topic, as far as it is in sight, says nothing of. */
  private void judgeUnexpected(RowId id, Seen seen) {
    long inSight = seen.rows.stream().filter(row -> row.place().inSight()).count();
    if (inSight > 0 && everyRowHasARecord) {
      add(Finding.Kind.FOREIGN, id, seen);
    } else {
      // Those that aren't in sight by their own place were counted when they were read.
      outOfSight += inSight;
      for (OpenedRow row : seen.rows) {
        earlier = earlier.plus(row.place().inSight() ? RowSums.of(row.hash()) : RowSums.NONE);
      }
    }
  }

  private static Set<RowHash> firstOfEachPartition(List<OpenedRow> records) {
    Map<Integer, OpenedRow> first = new HashMap<>();
    for (OpenedRow record : records) {
      first.merge(
          record.place().partition(),
          record,
          (one, other) -> one.place().offset() <= other.place().offset() ? one : other);
    }
    Set<RowHash> hashes = new HashSet<>();
    first.values().forEach(record -> hashes.add(record.hash()));
    return hashes;
  }

  private void add(Finding.Kind kind, RowId id, Seen seen) {
    counts.merge(kind, 1L, Long::sum);
    TreeMap<String, Finding> names = named.get(kind);
    Optional<Place> place =
        seen.records.stream()
            .map(OpenedRow::place)
            .min(Comparator.comparingInt(Place::partition).thenComparingLong(Place::offset));
    names.put(id.hex(), new Finding(kind, id.hex(), place, seen.records.size(), seen.rows.size()));
    if (names.size() > namesMax) {
      names.pollLastEntry();
    }
  }

  /**
   * Decides what is undecided, once all is judged, by what an earlier audit saw: if its rows had
   * their records' contents, those that differ were altered; if they were as they are now, older
   * records made them. If neither, some of both, it stays undecided.
   */
  void settle(RowSums then) {
    if (earlier.plus(undecidedRecords).equals(then)) {
      earlier = then;
      rename(Finding.Kind.UNDECIDED, Finding.Kind.ALTERED);
      return;
    }
    earlier = earlier.plus(undecidedRows);
    if (earlier.equals(then)) {
      named.get(Finding.Kind.UNDECIDED).clear();
      counts.put(Finding.Kind.UNDECIDED, 0L);
    }
  }

  private void rename(Finding.Kind from, Finding.Kind to) {
    counts.merge(to, counts.put(from, 0L), Long::sum);
    TreeMap<String, Finding> names = named.get(from);
    names
        .values()
        .forEach(
            each ->
                named
                    .get(to)
                    .put(
                        each.id(),
                        new Finding(to, each.id(), each.place(), each.records(), each.rows())));
    names.clear();
    while (named.get(to).size() > namesMax) {
      named.get(to).pollLastEntry();
    }
  }

  List<Finding> named() {
    return named.values().stream().flatMap(names -> names.values().stream()).toList();
  }

  Map<Finding.Kind, Long> counts() {
    return counts;
  }

  long repeated() {
    return repeated;
  }

  long rejected() {
    return rejected;
  }

  /** The rows that came before what this audit covers, as far as they are as they were. */
  RowSums earlier() {
    return earlier;
  }

  long outOfSight() {
    return outOfSight;
  }
}
