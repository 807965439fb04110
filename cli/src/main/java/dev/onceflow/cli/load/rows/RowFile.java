package dev.onceflow.cli.load.rows;

import dev.onceflow.cli.UserException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Opens a file as rows; whether it is gzipped is read off its first bytes, whatever its name. */
public final class RowFile {
  /** What takes the place of bytes that are no text; such lines are refused. */
  static final char REPLACEMENT = '\uFFFD';

  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int BUFFER_BYTES = 1 << 16;

  private RowFile() {}

  /**
   * Opens a file at its first line.
   *
   * @param file the file
   * @param format how it is split
   * @param columns the names, in the file, of the columns that will be read
   * @param mentioned names that must be in a header beside those
   * @throws UserException if there is no such file, or its header lacks a column
   */
  public static Rows open(
      Path file, RowFormat format, List<String> columns, Set<String> mentioned) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UserException(
          "%s can't be read: give the path of an existing file with --input".formatted(file));
    }
    try {
      InputStream bytes = Files.newInputStream(file);
      try {
        Reader text = text(unzipped(bytes), format);
        return format instanceof RowFormat.Csv csv
            ? CsvRows.open(file, text, csv, columns, mentioned)
            : new JsonRows(text, columns);
      } catch (IOException | RuntimeException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UserException("%s can't be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static InputStream unzipped(InputStream bytes) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(bytes, BUFFER_BYTES);
    buffered.mark(2);
    int magic = buffered.read() | buffered.read() << 8;
    buffered.reset();
    return magic == GZIPInputStream.GZIP_MAGIC
        ? new GZIPInputStream(buffered, BUFFER_BYTES)
        : buffered;
  }

  private static Reader text(InputStream bytes, RowFormat format) throws IOException {
    PushbackReader text =
        new PushbackReader(
            new InputStreamReader(
                bytes,
                format
                    .charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)));
    int first = text.read();
    if (first >= 0 && first != BYTE_ORDER_MARK) {
      text.unread(first);
    }
    return text;
  }
}
