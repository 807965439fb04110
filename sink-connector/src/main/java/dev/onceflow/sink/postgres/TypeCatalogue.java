package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Reads what the database says of column types; asks only where the OID alone doesn't say. */
final class TypeCatalogue {
  // An array is what another type names as its array: typelem alone is set for others, too.
  private static final String TYPE =
      """
      SELECT t.typname, t.typtype::text, t.typbasetype::int8, t.typtypmod,
             CASE WHEN e.typarray = t.oid THEN e.oid::int8 ELSE 0 END,
             format_type(t.oid, ?)
      FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem
      WHERE t.oid = ?::int8::oid""";
  private static final String MONEY_DIGITS = "SELECT scale(1::money::numeric)";

  private record Row(
      String name, String kind, long base, int baseModifier, long element, String declared) {}

  private final Connection connection;

  TypeCatalogue(Connection connection) {
    this.connection = connection;
  }

  /**
   * Describes a type.
   *
   * @param declared how SQL writes it with that modifier
   */
  TargetType describe(long oid, int modifier, String declared) throws SQLException {
    Optional<ColumnType> builtIn = ColumnType.ofOid(oid);
    if (builtIn.isPresent()) {
      int held = builtIn.get() == ColumnType.MONEY ? moneyDigits() : modifier;
      return new TargetType(oid, builtIn, declared, held, Optional.empty());
    }
    Row row = row(oid, modifier);
    if (row.kind.equals("d")) {
      TargetType base =
          describe(row.base, row.baseModifier, row(row.base, row.baseModifier).declared);
      return new TargetType(oid, base.type(), base.declared(), base.modifier(), base.element());
    }
    if (row.element != 0) {
      TargetType element = describe(row.element, modifier, row(row.element, modifier).declared);
      return new TargetType(
          oid, Optional.of(ColumnType.ARRAY), declared, modifier, Optional.of(element));
    }
    Optional<ColumnType> type =
        row.kind.equals("e")
            ? Optional.of(ColumnType.ENUM)
            : ColumnType.ofExtension(row.name).filter(named -> row.kind.equals("b"));
    return new TargetType(oid, type, declared, modifier, Optional.empty());
  }

  private Row row(long oid, int modifier) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TYPE)) {
      statement.setInt(1, modifier);
      statement.setLong(2, oid);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException(
              "type " + oid + " was dropped while its table was described", "42704");
        }
        return new Row(
            row.getString(1),
            row.getString(2),
            row.getLong(3),
            row.getInt(4),
            row.getLong(5),
            row.getString(6));
      }
    }
  }

  private int moneyDigits() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MONEY_DIGITS);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }
}
