package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetTable;
import java.util.List;

/**
 * The temporary table that a batch's rows are copied into.
 *
 * @param name its name, quoted
 * @param spec the table that its rows are for
 * @param columns the target's columns that it holds; {@link #ORDER} and, where the effect needs it,
 *     {@link #EVENT_ID} come before them
 */
public record Stage(
    String name, TableSpec spec, TargetTable target, List<String> columns, EventId eventId) {
  /** Whether rows carry the event ID in a column of their own. */
  public enum EventId {
    /** Yes. */
    STAGED,
    /** No. */
    ABSENT
  }

  /** The place of a record in its batch. */
  static final String ORDER = "onceflow_order";

  /** The event ID, where it is staged. */
  static final String EVENT_ID = "onceflow_event_id";

  /** A stage is itself and equal to no other: it is a key of maps for each row. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** Copies its lists. */
  public Stage {
    columns = List.copyOf(columns);
  }

  /** How many fields a row has. */
  int width() {
    return columns.size() + (eventId == EventId.STAGED ? 2 : 1);
  }

  /** Makes the table; it lives as long as the connection and is emptied by each commit. */
  String createSql() {
    StringBuilder sql = new StringBuilder("CREATE TEMPORARY TABLE ").append(name).append(" (");
    sql.append(ORDER).append(" int4");
    if (eventId == EventId.STAGED) {
      sql.append(", ").append(EVENT_ID).append(" text COLLATE \"C\"");
    }
    for (String column : columns) {
      var described = target.column(column).orElseThrow();
      sql.append(", ").append(Identifiers.quoted(column)).append(' ').append(described.declared());
      if (described.isText()) {
        // Sorted by bytes: cheap, and every task sorts alike whatever the table's collation is.
        sql.append(" COLLATE \"C\"");
      }
    }
    return sql.append(") ON COMMIT DELETE ROWS").toString();
  }

  /** Fills the table. */
  String copySql() {
    return "COPY " + name + " FROM STDIN (FORMAT binary)";
  }
}
