package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The rows of one batch for all tables, from records to effects. Lives with one connection and
 * never commits a batch. Not thread-safe.
 */
public final class BatchWriter {
  private final Connection connection;
  private final List<TableWriter> tables;
  private final Map<String, List<TableWriter>> tablesByTopic = new HashMap<>();
  private String lastTopic;
  private List<TableWriter> lastTables;
  private int order;

  private BatchWriter(Connection connection, List<TableWriter> tables) {
    this.connection = connection;
    this.tables = tables;
    for (TableWriter table : tables) {
      tablesByTopic.computeIfAbsent(table.spec().topic(), t -> new ArrayList<>()).add(table);
    }
  }

  /**
   * Reads the target tables' descriptions.
   *
   * @throws ConnectException where a table is missing or can't hold its effect
   */
  public static BatchWriter open(Connection connection, List<TableSpec> specs, Effects effects)
      throws SQLException {
    List<TableWriter> tables = new ArrayList<>();
    // Sorted: every task locks tables in one order.
    for (TableSpec spec : specs.stream().sorted(Comparator.comparing(TableSpec::name)).toList()) {
      TargetTable target =
          Catalogue.describe(connection, spec.name())
              .orElseThrow(
                  () ->
                      new ConnectException(
                          "table "
                              + spec.name()
                              + " (from tables) isn't in the database, or the role can't see it;"
                              + " create it, or name its schema: SCHEMA.TABLE"));
      refuseOwnSchema(target);
      tables.add(new TableWriter(spec, target, effects, tables.size()));
    }
    connection.commit();
    return new BatchWriter(connection, tables);
  }

  // A role of the same name as our schema finds it first in its search_path ("$user", public), but
  // only once it is there: the table that was meant before would then no longer be written.
  private static void refuseOwnSchema(TargetTable target) {
    if (target.sqlName().startsWith(OnceflowSchema.NAME + '.')) {
      throw new ConnectException(
          "table "
              + target.name()
              + " (from tables) is found as "
              + target.sqlName()
              + ", in the sink's own schema; name the schema that is meant, such as public."
              + target.name());
    }
  }

  /** Begins a new batch. */
  public void clear() {
    tables.forEach(TableWriter::clear);
    order = 0;
  }

  /**
   * Adds a record's rows to the batch: all of them or, where one doesn't fit, none.
   *
   * @throws UnfitRecordException where a table that wants the record can't hold it
   */
  public void append(SinkRecord record) {
    List<TableWriter> wanting = tablesFor(Coordinates.topic(record));
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

  private List<TableWriter> tablesFor(String topic) {
    if (!topic.equals(lastTopic)) {
      lastTables = tablesByTopic.getOrDefault(topic, List.of());
      lastTopic = topic;
    }
    return lastTables;
  }

  /** How many bytes the batch's rows take. */
  public long bytes() {
    long bytes = 0;
    for (TableWriter table : tables) {
      bytes += table.bytes();
    }
    return bytes;
  }

  /** Copies the rows into temporary tables; first in the transaction, before the fence is held. */
  public void stage() throws SQLException {
    boolean created = false;
    for (TableWriter table : tables) {
      created |= table.createStages(connection);
    }
    if (created) {
      // A rollback of the batch must not take the temporary tables with it.
      connection.commit();
    }
    for (TableWriter table : tables) {
      table.copy(connection);
    }
  }

  /** Carries the staged rows into the target tables; after the fence. */
  public void applyEffects() throws SQLException {
    for (TableWriter table : tables) {
      table.applyEffects();
    }
  }
}
