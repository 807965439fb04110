package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what the database says of a target table. */
public final class Catalogue {
  private static final String TABLE =
      """
      SELECT c.oid::int8, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(?)""";
  private static final String COLUMNS =
      """
      SELECT a.attname, a.atttypid::int8, a.atttypmod, format_type(a.atttypid, a.atttypmod),
             a.attnotnull, coalesce(co.collisdeterministic, true)
      FROM pg_attribute a LEFT JOIN pg_collation co ON co.oid = a.attcollation
      WHERE a.attrelid = ?::int8::oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = '' AND a.attidentity <> 'a'
      ORDER BY a.attnum""";
  // A partial, deferrable or expression index can't be inferred by ON CONFLICT (columns).
  private static final String UNIQUE_KEYS =
      """
      SELECT ARRAY(SELECT a.attname::text
                   FROM generate_series(0, i.indnkeyatts - 1) k
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k])
      FROM pg_index i
      WHERE i.indrelid = ?::int8::oid AND i.indisunique AND i.indimmediate AND i.indisvalid
        AND i.indpred IS NULL AND i.indexprs IS NULL""";

  private Catalogue() {}

  /**
   * Describes a table.
   *
   * @param name the table's name, with or without a schema in front, without quotes
   * @return empty where the connection's role sees no such table
   */
  public static Optional<TargetTable> describe(Connection connection, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
      statement.setString(1, Identifiers.quotedPath(name));
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        long oid = row.getLong(1);
        return Optional.of(
            new TargetTable(
                name, row.getString(2), columns(connection, oid), uniqueKeys(connection, oid)));
      }
    }
  }

  private static List<TargetColumn> columns(Connection connection, long oid) throws SQLException {
    TypeCatalogue types = new TypeCatalogue(connection);
    List<TargetColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(column(row, types));
        }
      }
    }
    return columns;
  }

  private static TargetColumn column(ResultSet row, TypeCatalogue types) throws SQLException {
    String declared = row.getString(4);
    TargetType type = types.describe(row.getLong(2), row.getInt(3), declared);
    // Under citext, too, IDs are equal that aren't the same.
    boolean isExact =
        row.getBoolean(6) && type.type().filter(t -> t == ColumnType.CITEXT).isEmpty();
    return new TargetColumn(row.getString(1), type, declared, row.getBoolean(5), isExact);
  }

  private static List<Set<String>> uniqueKeys(Connection connection, long oid) throws SQLException {
    List<Set<String>> keys = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(UNIQUE_KEYS)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(Set.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
    return keys;
  }
}
