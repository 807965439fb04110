package dev.onceflow.sink.schema;

import dev.onceflow.sink.postgres.TargetTable;
import java.util.Map;
import java.util.Optional;

/**
 * A target as it is now: what is written to it, and what else matters for changing it.
 *
 * @param described what effects see of it
 * @param kind what it is
 * @param parent the table that it is a partition of
 * @param writable whether the role could insert, rights aside
 * @param rows the planner's estimate; -1 for none
 * @param bytes how much a rewrite would write, indexes aside
 * @param columns all of its columns by name
 */
public record CurrentTable(
    TargetTable described,
    RelationKind kind,
    Optional<String> parent,
    boolean writable,
    long rows,
    long bytes,
    Map<String, Column> columns) {

  /** Who fills a column. */
  public enum Filled {
    /** Whoever inserts; without a value it is NULL. */
    BY_INSERT,
    /** Whoever inserts; without a value the default or the sequence. */
    BY_DEFAULT,
    /** Always the server: generated, or identity ALWAYS. */
    BY_SERVER
  }

  /** Where a NOT NULL comes from. */
  public enum NotNull {
    /** There is none. */
    ABSENT,
    /** From somebody else, who means it. */
    THEIRS,
    /** From the sink, which made the column for a field that could not be null. */
    OURS
  }

  /** A column. */
  public record Column(Filled filled, NotNull notNull) {}

  /** Copies its map. */
  public CurrentTable {
    columns = Map.copyOf(columns);
  }

  /** Its size, for messages. */
  String size() {
    return (rows < 0 ? "rows never counted" : "about " + rows + " rows") + ", " + bytes + " bytes";
  }
}
