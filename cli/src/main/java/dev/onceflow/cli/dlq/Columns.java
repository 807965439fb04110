package dev.onceflow.cli.dlq;

import java.util.List;

/**
 * A table for people: the first column to the right, the others to the left. What headers say may
 * have been written by anybody, so nothing of it reaches the terminal as a command.
 */
final class Columns {
  private Columns() {}

  /** The same without what a terminal would obey. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  static String text(List<List<String>> raw) {
    List<List<String>> rows =
        raw.stream().map(row -> row.stream().map(Columns::printable).toList()).toList();
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.max(width[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(width[i] - row.get(i).length());
        line.append(i == 0 ? padding + row.get(i) : "  " + row.get(i) + padding);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
