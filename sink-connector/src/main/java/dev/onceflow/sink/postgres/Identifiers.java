package dev.onceflow.sink.postgres;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names, quoted as SQL wants them. */
public final class Identifiers {
  private Identifiers() {}

  /** One name in double quotes. */
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A table's name that may have a schema in front, each part in double quotes. */
  public static String quotedPath(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? quoted(name)
        : quoted(name.substring(0, dot)) + '.' + quoted(name.substring(dot + 1));
  }

  /** Names in double quotes, with commas between. */
  public static String quotedList(Collection<String> names) {
    return names.stream().map(Identifiers::quoted).collect(Collectors.joining(", "));
  }

  /** A text as an SQL literal. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
