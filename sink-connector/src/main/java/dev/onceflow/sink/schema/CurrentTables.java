package dev.onceflow.sink.schema;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.Identifiers;
import dev.onceflow.sink.postgres.TargetColumn;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.schema.CurrentTable.Column;
import dev.onceflow.sink.schema.CurrentTable.Filled;
import dev.onceflow.sink.schema.CurrentTable.NotNull;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads targets as they are now from the database's catalogue. */
public final class CurrentTables {
  /**
   * The comment on columns that the sink made NOT NULL. Only there it may take NOT NULL away again
   * when the field may be null; whoever changes the comment takes that right from it.
   */
  static final String OUR_NOT_NULL = "onceflow: NOT NULL for as long as the field can't be null";

  // The events of pg_relation_is_updatable: 8 is INSERT; true counts INSTEAD OF triggers.
  // A partitioned table has no rows itself, its leaves have.
  private static final String RELATION =
      """
      SELECT c.relkind::text,
             (SELECT i.inhparent::regclass::text FROM pg_inherits i
              WHERE i.inhrelid = c.oid AND c.relispartition LIMIT 1),
             CASE WHEN c.relkind = 'v' THEN pg_relation_is_updatable(c.oid, true) & 8 <> 0
                  ELSE c.relkind IN ('r', 'p', 'f') END,
             CASE WHEN c.relkind = 'p' THEN leaves.rows ELSE c.reltuples END::int8,
             CASE WHEN c.relkind = 'p' THEN leaves.bytes
                  WHEN c.relkind = 'r' THEN pg_table_size(c.oid) ELSE 0 END::int8
      FROM pg_class c,
           LATERAL (SELECT coalesce(sum(greatest(l.reltuples, 0)), 0) AS rows,
                           coalesce(sum(pg_table_size(l.oid)), 0) AS bytes
                    FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
                    WHERE t.isleaf AND l.relkind = 'r') leaves
      WHERE c.oid = to_regclass(?)""";
  private static final String COLUMNS =
      """
      SELECT a.attname, a.attnotnull OR t.typnotnull,
             a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
             a.attgenerated <> '' OR a.attidentity = 'a',
             col_description(a.attrelid, a.attnum) = ?
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped""";

  private static final int ATTEMPTS_MAX = 10;
  private static final String RETRY_STATE = "40001";

  private CurrentTables() {}

  /**
   * Reads one target; the caller ends the database transaction.
   *
   * @param name with or without a schema in front, without quotes
   * @return empty where the connection's role sees none of that name
   */
  public static Optional<CurrentTable> read(Connection connection, String name)
      throws SQLException {
    String path = Identifiers.quotedPath(name);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Optional<TargetTable> described = Catalogue.describe(connection, name);
      if (described.isEmpty()) {
        return Optional.empty();
      }
      Map<String, Column> columns = columns(connection, path);
      if (isOneState(described.get(), columns)) {
        return relation(connection, described.get(), path, columns);
      }
    }
    throw new SQLException("table " + name + " changes faster than it can be read", RETRY_STATE);
  }

  /** Each statement sees what is committed when it begins: somebody may have changed the table. */
  private static boolean isOneState(TargetTable described, Map<String, Column> columns) {
    Set<String> written = new HashSet<>();
    columns.forEach(
        (name, column) -> {
          if (column.filled() != Filled.BY_SERVER) {
            written.add(name);
          }
        });
    return written.equals(
        described.columns().stream().map(TargetColumn::name).collect(Collectors.toSet()));
  }

  private static Optional<CurrentTable> relation(
      Connection connection, TargetTable described, String path, Map<String, Column> columns)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RELATION)) {
      statement.setString(1, path);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new CurrentTable(
                    described,
                    RelationKind.of(row.getString(1)),
                    Optional.ofNullable(row.getString(2)),
                    row.getBoolean(3),
                    row.getLong(4),
                    row.getLong(5),
                    columns))
            : Optional.empty();
      }
    }
  }

  private static Map<String, Column> columns(Connection connection, String path)
      throws SQLException {
    Map<String, Column> columns = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, OUR_NOT_NULL);
      statement.setString(2, path);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.put(row.getString(1), column(row));
        }
      }
    }
    return columns;
  }

  private static Column column(ResultSet row) throws SQLException {
    NotNull notNull =
        !row.getBoolean(2) ? NotNull.ABSENT : row.getBoolean(5) ? NotNull.OURS : NotNull.THEIRS;
    Filled filled = row.getBoolean(3) ? Filled.BY_DEFAULT : Filled.BY_INSERT;
    return new Column(row.getBoolean(4) ? Filled.BY_SERVER : filled, notNull);
  }
}
