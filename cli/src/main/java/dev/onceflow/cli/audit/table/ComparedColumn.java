package dev.onceflow.cli.audit.table;

/**
 * A column that is compared.
 *
 * @param name as the database has it
 * @param type as the database calls it
 * @param kind what it holds
 */
record ComparedColumn(String name, String type, ColumnKind kind) {
  /** As SQL writes the name. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  String expression() {
    return kind.expression(quoted(name));
  }
}
