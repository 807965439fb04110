package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The temporary table that a batch's rows are copied into.
 *
 * @param name its name, quoted
 * @param target the table that its rows are for
 * @param prefix the sink's own columns, which come before those of the target
 * @param columns the target's columns that it holds, exactly and in this order
 */
public record Stage(String name, TargetTable target, Prefix prefix, List<String> columns) {
  /** The place of a record in its batch. Not ctid: COPY fills gaps of earlier pages [V]. */
  public static final String ORDER = "onceflow_order";

  /** The event ID's key; see {@link EventKey}. */
  public static final String EVENT_ID = "onceflow_event_id";

  /** Whether that key is a time-ordered ID itself. */
  public static final String TIMED = "onceflow_timed";

  /** The first eight bytes of SHA-256 over the row. */
  public static final String CONTENT = "onceflow_content";

  /** When the event came, in Unix milliseconds. */
  public static final String ARRIVAL = "onceflow_arrival";

  /**
   * Whether the row says that the row of its key is deleted; only the key's columns hold values.
   */
  public static final String DELETED = "onceflow_deleted";

  /** Topic and partition. */
  public static final String POSITION = "onceflow_position";

  /** The offset there. */
  public static final String OFFSET = "onceflow_offset";

  private static final String SEPARATOR = ", ";
  private static final String ALIAS = " AS staged";

  /** The sink's own columns. */
  public enum Prefix {
    /** None: the stage has the target's columns and can be copied into it. */
    NONE(Collation.BYTES),
    /** The order of rows matters. */
    ORDER(Collation.BYTES, Stage.ORDER + " int4"),
    /** Deletes among the rows, or positions kept. */
    POSITION(
        Collation.DEFAULT,
        Stage.ORDER + " int4",
        Stage.DELETED + " bool",
        Stage.POSITION + " text COLLATE \"C\"",
        Stage.OFFSET + " int8"),
    /** The memory of event IDs is asked. */
    EVENT(Collation.BYTES, eventColumns()),
    /** The memory of event IDs is asked, and the user's own statements read the rows. */
    BATCH(Collation.DEFAULT, eventColumns());

    private final Collation collation;
    private final String columns;
    private final int width;

    Prefix(Collation collation, String... columns) {
      this.collation = collation;
      this.columns = String.join(SEPARATOR, columns);
      this.width = columns.length;
    }

    private static String[] eventColumns() {
      return new String[] {
        Stage.ORDER + " int4",
        Stage.EVENT_ID + " uuid",
        Stage.TIMED + " bool",
        Stage.CONTENT + " int8",
        Stage.ARRIVAL + " int8"
      };
    }

    private List<String> columns() {
      return width == 0 ? List.of() : List.of(columns.split(SEPARATOR, -1));
    }

    private List<String> names() {
      return columns().stream().map(column -> column.substring(0, column.indexOf(' '))).toList();
    }

    /** Whether it matters in which order the rows of one key come. */
    boolean isOrdered() {
      return this == ORDER || this == POSITION;
    }

    /** Whether rows carry an event ID. */
    boolean hasEventId() {
      return this == EVENT || this == BATCH;
    }
  }

  /** How the texts of a stage are compared. */
  private enum Collation {
    /** By bytes: cheap, and every task sorts alike. */
    BYTES(" COLLATE \"C\""),
    /** As the database does: joined under another collation than its own, an index is of no use. */
    DEFAULT("");

    private final String sql;

    Collation(String sql) {
      this.sql = sql;
    }
  }

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
    return prefix.width + columns.size();
  }

  /** Makes the table; it lives as long as the connection and is emptied by each commit. */
  String createSql() {
    List<String> all = new ArrayList<>(prefix.columns());
    for (String column : columns) {
      TargetColumn described = target.column(column).orElseThrow();
      all.add(
          quoted(column)
              + " "
              + described.stagedAs()
              + (described.isText() ? prefix.collation.sql : ""));
    }
    return "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DELETE ROWS"
        .formatted(name, String.join(", ", all));
  }

  /** A staged column's value in the target's type. */
  private static String fromStage(TargetColumn column) {
    return column.fromStage(quoted(column.name()));
  }

  /** Fills the table. */
  String copySql() {
    return "COPY " + name + " FROM STDIN (FORMAT binary)";
  }

  /**
   * Whether its rows can go straight into the target: nothing of the sink's, nothing to be cast.
   */
  boolean isLikeTarget() {
    return prefix == Prefix.NONE && relation().equals(name + ALIAS);
  }

  /** Fills the target itself. */
  String copyIntoTargetSql() {
    return "COPY %s (%s) FROM STDIN (FORMAT binary)".formatted(target.sqlName(), columnList());
  }

  /** The target's columns, as a statement names them. */
  public String columnList() {
    return columns.stream().map(column -> quoted(column)).collect(Collectors.joining(", "));
  }

  /**
   * What a statement selects from to get the target's columns in the target's types, under their
   * own names, beside the sink's own; with the alias "staged". The one place that knows how columns
   * are staged.
   */
  public String relation() {
    String selected =
        columns.stream()
            .map(column -> fromStage(target.column(column).orElseThrow()))
            .collect(Collectors.joining(", "));
    if (selected.equals(columnList())) {
      return name + ALIAS;
    }
    List<String> all = new ArrayList<>(prefix.names());
    for (String column : columns) {
      all.add(fromStage(target.column(column).orElseThrow()) + " AS " + quoted(column));
    }
    return "(SELECT %s FROM %s)%s".formatted(String.join(", ", all), name, ALIAS);
  }
}
