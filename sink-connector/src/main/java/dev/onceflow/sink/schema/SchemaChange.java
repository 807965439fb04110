package dev.onceflow.sink.schema;

import static dev.onceflow.sink.postgres.Identifiers.quoted;

import dev.onceflow.sink.postgres.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One thing in which a table differs from what records need of it. */
public sealed interface SchemaChange {
  /** What differs, as a sentence. */
  String difference();

  /** A table that isn't there. */
  record CreateTable(String table, List<NewColumn> columns, List<String> key)
      implements SchemaChange {
    /** Copies its lists. */
    public CreateTable {
      columns = List.copyOf(columns);
      key = List.copyOf(key);
    }

    @Override
    public String difference() {
      return "there is no table " + table;
    }
  }

  /** A field without a column. */
  record AddColumn(NewColumn column) implements SchemaChange {
    @Override
    public String difference() {
      return "%s has no column %s (it would be %s)"
          .formatted(column.source(), column.name(), column.type());
    }
  }

  /** A column that is too narrow for its field. */
  record WidenColumn(String column, String from, String to, String source, String size)
      implements SchemaChange {
    @Override
    public String difference() {
      return "column %s is %s, too narrow for %s, which needs %s"
          .formatted(column, from, source, to);
    }

    /** Whether all rows are written anew. */
    public boolean rewrites() {
      return Widening.cost(SqlType.parse(from), SqlType.parse(to)) == Widening.Cost.REWRITE;
    }
  }

  /** A column that was made for a field that could not be null, and now can. */
  record DropNotNull(String column) implements SchemaChange {
    @Override
    public String difference() {
      return "column " + column + " is NOT NULL, and its field may be null or is gone";
    }
  }

  /** Something that the sink never does by itself, or can't. */
  record Refused(String reason) implements SchemaChange {
    @Override
    public String difference() {
      return reason;
    }
  }

  /**
   * A column to be made.
   *
   * @param defaultSql a constant; empty for none
   * @param source where its values come from, for messages
   */
  record NewColumn(
      String name, String type, Optional<String> defaultSql, NotNull notNull, String source) {
    /** Whether NULL is refused. */
    public enum NotNull {
      /** No. */
      NULLABLE,
      /** Yes, since the field can't be null. */
      LIKE_THE_FIELD
    }

    /** As a table's definition has it. */
    String definition() {
      return quoted(name)
          + " "
          + type
          + defaultSql.map(sql -> " DEFAULT " + sql).orElse("")
          + (notNull == NotNull.LIKE_THE_FIELD ? " NOT NULL" : "");
    }
  }

  /**
   * The statements for changes of one table, none for what is refused. All alterations are one
   * statement: it rewrites the table once, not once for each of them.
   *
   * @param table as SQL writes it
   */
  static List<String> sql(String table, List<SchemaChange> changes) {
    List<String> statements = new ArrayList<>();
    List<String> alterations = new ArrayList<>();
    List<String> comments = new ArrayList<>();
    for (SchemaChange change : changes) {
      if (change instanceof CreateTable create) {
        statements.add(createSql(table, create));
        create.columns().stream()
            .filter(column -> column.notNull() == NewColumn.NotNull.LIKE_THE_FIELD)
            .forEach(
                column ->
                    comments.add(
                        comment(
                            table,
                            column.name(),
                            Identifiers.literal(CurrentTables.OUR_NOT_NULL))));
      } else if (change instanceof AddColumn add) {
        alterations.add("ADD COLUMN IF NOT EXISTS " + add.column().definition());
      } else if (change instanceof WidenColumn widen) {
        alterations.add("ALTER COLUMN " + quoted(widen.column()) + " TYPE " + widen.to());
      } else if (change instanceof DropNotNull drop) {
        alterations.add("ALTER COLUMN " + quoted(drop.column()) + " DROP NOT NULL");
        comments.add(comment(table, drop.column(), "NULL"));
      }
    }
    if (!alterations.isEmpty()) {
      statements.add("ALTER TABLE " + table + " " + String.join(", ", alterations));
    }
    statements.addAll(comments);
    return statements;
  }

  private static String createSql(String table, CreateTable create) {
    List<String> definitions = new ArrayList<>();
    create.columns().forEach(column -> definitions.add(column.definition()));
    if (!create.key().isEmpty()) {
      definitions.add("PRIMARY KEY (" + Identifiers.quotedList(create.key()) + ")");
    }
    return "CREATE TABLE IF NOT EXISTS " + table + " (" + String.join(", ", definitions) + ")";
  }

  private static String comment(String table, String column, String text) {
    return "COMMENT ON COLUMN " + table + "." + quoted(column) + " IS " + text;
  }
}
