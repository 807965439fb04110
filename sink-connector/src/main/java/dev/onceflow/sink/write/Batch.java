package dev.onceflow.sink.write;

import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The rows of one batch for all tables, in memory. Filled by one thread, then handed over to the
 * one that writes it; never used by both at once.
 */
public final class Batch {
  private final List<TableRows> tables = new ArrayList<>();
  private final Map<String, List<TableRows>> tablesByTopic = new HashMap<>();
  private String lastTopic;
  private List<TableRows> lastTables;
  private int order;

  Batch(List<TablePlan> plans) {
    for (TablePlan plan : plans) {
      TableRows rows = new TableRows(plan);
      tables.add(rows);
      tablesByTopic.computeIfAbsent(plan.spec().topic(), t -> new ArrayList<>()).add(rows);
    }
  }

  /** Begins anew. */
  public void clear() {
    tables.forEach(TableRows::clear);
    order = 0;
  }

  /**
   * Adds a record's rows: all of them or, where one doesn't fit, none.
   *
   * @throws UnfitRecordException where a table that wants the record can't hold it
   */
  public void append(SinkRecord record) {
    List<TableRows> wanting = tablesFor(Coordinates.topic(record));
    int reached = 0;
    try {
      for (; reached < wanting.size(); reached++) {
        wanting.get(reached).append(record, order);
      }
      order++;
    } catch (UnfitRecordException e) {
      for (int i = 0; i <= reached; i++) {
        wanting.get(i).undo();
      }
      throw e;
    }
  }

  private List<TableRows> tablesFor(String topic) {
    if (!topic.equals(lastTopic)) {
      lastTables = tablesByTopic.getOrDefault(topic, List.of());
      lastTopic = topic;
    }
    return lastTables;
  }

  /** How many bytes the rows take. */
  public long bytes() {
    long bytes = 0;
    for (TableRows table : tables) {
      bytes += table.bytes();
    }
    return bytes;
  }

  List<TableRows> tables() {
    return tables;
  }
}
