package dev.onceflow.cli.load;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.source.Item;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The lines that are no payments, whole and with the reason, as CSV: {@code
 * line,column,reason,raw}. It is made when the first line is refused; one that is there from an
 * earlier load is emptied at once, so that it never speaks of another load than the last. For one
 * thread.
 */
final class RejectsFile implements AutoCloseable {
  private final Path file;
  private CsvWriter csv;

  private RejectsFile(Path file) {
    this.file = file;
  }

  static RejectsFile at(Path file) {
    RejectsFile rejects = new RejectsFile(file);
    if (Files.exists(file)) {
      rejects.create();
    }
    return rejects;
  }

  private void create() {
    try {
      csv = CsvWriter.builder().build(file, StandardCharsets.UTF_8);
      csv.writeRecord("line", "column", "reason", "raw");
    } catch (IOException e) {
      throw new UserException(
          "%s can't be written: give another place for the refused lines with --rejects"
              .formatted(file),
          e);
    }
  }

  void write(Item.Refused refused) {
    if (csv == null) {
      create();
    }
    try {
      csv.writeRecord(
          Long.toString(refused.line()),
          refused.column(),
          "%s: %s".formatted(refused.reason().label(), refused.detail()),
          refused.raw());
    } catch (UncheckedIOException e) {
      throw notWritten(e.getCause());
    }
  }

  @Override
  public void close() {
    if (csv == null) {
      return;
    }
    try {
      csv.close();
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  // Without its refused lines a load would not be whole, so this fails it.
  private UserException notWritten(IOException e) {
    return new UserException(
        "%s can't be written to its end: %s".formatted(file, e.getMessage()), e);
  }
}
