package dev.onceflow.sink.write;

import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.record.UnfitRecordException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The rows of one batch for all tables, in memory. Filled by one thread, then handed over to the
 * one that writes it; never used by both at once.
 */
public final class Batch {
  // All tasks go through tables in one order.
  private static final Comparator<TableRows> ORDER =
      Comparator.<TableRows, String>comparing(rows -> rows.plan().target().sqlName())
          .thenComparing(rows -> rows.plan().spec().name());

  private final Plans plans;
  private final RecordShape shape;
  private final Tables.Unrouted unrouted;
  private final Positions positions;
  private final List<RoutedRows> all;
  private final Map<String, List<RoutedRows>> byTopic = new HashMap<>();
  private String lastTopic;
  private List<RoutedRows> lastRows;
  private int order;

  Batch(Plans plans) {
    this.plans = plans;
    this.shape = plans.shape();
    this.unrouted = plans.unrouted();
    this.positions = plans.newPositions();
    this.all = plans.specs().stream().map(spec -> new RoutedRows(spec, plans, positions)).toList();
  }

  /** Begins anew. */
  public void clear() {
    all.forEach(RoutedRows::clear);
    positions.clear();
    order = 0;
  }

  /** Whether its rows are made by these plans. */
  boolean isBy(Plans others) {
    return plans.equals(others);
  }

  /** How many records were appended since {@link #clear}: the place of the next one. */
  public int order() {
    return order;
  }

  /**
   * Adds a record's rows: all of them or, where one doesn't fit, none.
   *
   * @param arrivalMs when it came, in Unix milliseconds, never before an earlier one of its
   *     partition
   * @return false where the batch must end before this record, of which nothing was added. If the
   *     batch is empty then, {@link BatchWriter#describeWanted} is what is missing.
   * @throws UnfitRecordException where a table that wants the record can't hold it, or none wants
   *     it
   */
  public boolean append(SinkRecord delivered, long arrivalMs) {
    SinkRecord record = shape.read(delivered);
    if (record == null) {
      order++;
      return true;
    }
    List<RoutedRows> wanting = rowsFor(Coordinates.topic(record));
    boolean isTaken = false;
    int reached = 0;
    try {
      for (; reached < wanting.size(); reached++) {
        switch (wanting.get(reached).append(record, order, arrivalMs)) {
          case TAKEN -> isTaken = true;
          case BATCH_MUST_END -> {
            undo(wanting, reached);
            return false;
          }
          case UNWANTED -> {}
        }
      }
    } catch (UnfitRecordException e) {
      undo(wanting, reached);
      throw e;
    }
    if (!isTaken && unrouted == Tables.Unrouted.ERROR) {
      throw new UnfitRecordException(
          UnfitRecordException.Reason.UNROUTED,
          "no table takes record %s; set unrouted=ignore to pass over such records"
              .formatted(Coordinates.text(record)));
    }
    order++;
    return true;
  }

  private static void undo(List<RoutedRows> wanting, int last) {
    for (int i = 0; i <= last; i++) {
      wanting.get(i).undo();
    }
  }

  private List<RoutedRows> rowsFor(String topic) {
    if (!topic.equals(lastTopic)) {
      lastRows =
          byTopic.computeIfAbsent(
              topic, name -> all.stream().filter(rows -> rows.takes(name)).toList());
      lastTopic = topic;
    }
    return lastRows;
  }

  /** How many bytes the rows take. */
  public long bytes() {
    long bytes = 0;
    for (RoutedRows rows : all) {
      for (TableRows table : rows.tables()) {
        bytes += table.bytes();
      }
    }
    return bytes;
  }

  /** When the events of each effect arrived. */
  Map<TableSpec, Arrivals> arrivals() {
    Map<TableSpec, Arrivals> arrivals = new LinkedHashMap<>();
    all.forEach(rows -> arrivals.put(rows.spec(), rows.arrivals()));
    return arrivals;
  }

  /** The rows by target, in the order in which tables are locked. */
  List<TableRows> tables() {
    return all.stream().flatMap(rows -> rows.tables().stream()).sorted(ORDER).toList();
  }
}
