package dev.onceflow.cli.load.rows;

import java.nio.charset.Charset;
import java.util.List;

/** How a file's text is split into lines and cells. */
public sealed interface RowFormat {
  /** No line may be longer. */
  int LINE_CHARS_MAX = 1 << 20;

  /** The file's character set. */
  Charset charset();

  /**
   * RFC 4180 with any separator.
   *
   * @param charset the file's character set
   * @param separator between cells
   * @param header the columns' names where the file doesn't begin with them, else empty
   */
  record Csv(Charset charset, char separator, List<String> header) implements RowFormat {
    /** Copies. */
    public Csv {
      header = List.copyOf(header);
    }
  }

  /**
   * One JSON object per line; cells are its fields, nested ones as JSON text.
   *
   * @param charset the file's character set
   */
  record JsonLines(Charset charset) implements RowFormat {}
}
