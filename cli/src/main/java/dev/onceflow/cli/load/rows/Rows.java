package dev.onceflow.cli.load.rows;

import dev.onceflow.cli.load.source.LineRefused;
import java.io.Closeable;
import java.io.IOException;

/**
 * A cursor over the lines of a file. For one thread. Memory is bounded by the longest line, which
 * is bounded by {@link RowFormat#LINE_CHARS_MAX}.
 */
public interface Rows extends Closeable {
  /**
   * Moves to the next line.
   *
   * @return whether there is one
   * @throws LineRefused if it can't be split into cells; the cursor stands on it all the same, so
   *     {@link #line} and {@link #raw} speak of it, and the next call goes on after it
   */
  boolean next() throws IOException, LineRefused;

  /** Where the line begins in the file, from 1, with the header counted. */
  long line();

  /**
   * A cell.
   *
   * @param column index into the columns that the file was opened with
   * @return its text, empty or null where the line has nothing there
   */
  String cell(int column);

  /**
   * Names and values in turn, sorted by name, so that the order of a file's columns doesn't matter.
   */
  String[] content(ContentColumns columns);

  /** The line as it stands in the file, without its line break. */
  String raw();
}
