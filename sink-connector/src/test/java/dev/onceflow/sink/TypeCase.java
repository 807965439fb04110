package dev.onceflow.sink;

import org.apache.kafka.connect.data.Schema;

/**
 * One value on its way into a column.
 *
 * @param schema null for a value without one
 * @param expected what the column then holds, as PostgreSQL writes it; or, after a "!", how the
 *     reason ends for which the record is refused
 */
record TypeCase(String columnType, Schema schema, Object value, String expected) {
  static TypeCase holds(String columnType, Schema schema, Object value, String expected) {
    return new TypeCase(columnType, schema, value, expected);
  }

  static TypeCase refused(String columnType, Schema schema, Object value, String reason) {
    return new TypeCase(columnType, schema, value, "!" + reason);
  }

  /** The first major version of PostgreSQL that has such a column, or such a value in it. */
  int since() {
    if (columnType.matches("numeric\\(\\d+, (-.*|5)\\)")) {
      return 15;
    }
    boolean isInfiniteNumeric = columnType.equals("numeric") && expected.endsWith("Infinity");
    return columnType.contains("multirange") || isInfiniteNumeric ? 14 : 0;
  }

  boolean isRefused() {
    return expected.startsWith("!");
  }

  String reason() {
    return expected.substring(1);
  }

  @Override
  public String toString() {
    String type =
        schema == null
            ? "schemaless"
            : schema.name() == null
                ? schema.type().toString()
                : schema.name().substring(schema.name().lastIndexOf('.') + 1);
    String shown = expected.length() > 60 ? expected.substring(0, 60) : expected;
    return type + " to " + columnType + ": " + shown.replace("\u0000", "");
  }
}
