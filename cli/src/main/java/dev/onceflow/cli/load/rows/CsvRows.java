package dev.onceflow.cli.load.rows;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The lines of a CSV file. Empty lines are skipped, and counted in line numbers.
 *
 * <p>The parser is strict and stops for good where a line breaks the rules, most often at a quote
 * that is not closed and so seems to hold the lines after it. Only the first line in question is
 * refused then, and a new parser begins with the next, so one stray quote costs one line.
 */
final class CsvRows implements Rows {
  private final Path file;
  private final RecentText text;
  private final RowFormat.Csv format;
  private final Map<ContentColumns, Content> contents = new HashMap<>();
  private CloseableIterator<CsvRecord> records;
  private List<String> header;
  private int[] cells;
  private CsvRecord current;

  /** Lines before the present parser's first. */
  private long linesBefore;

  /** The first and the last line of the current record. */
  private long line;

  private long lastLine;

  /** Where a content's cells are, and an array to copy that has their names already. */
  private static final class Content {
    final int[] cells;
    final String[] template;

    Content(int[] cells, String[] template) {
      this.cells = cells;
      this.template = template;
    }
  }

  private CsvRows(Path file, Reader reader, RowFormat.Csv format) {
    this.file = file;
    this.text = new RecentText(reader);
    this.format = format;
    this.records = parser();
  }

  private CloseableIterator<CsvRecord> parser() {
    return CsvReader.builder()
        .fieldSeparator(format.separator())
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .maxBufferSize(RowFormat.LINE_CHARS_MAX)
        .build(
            CsvRecordHandler.of(
                limits ->
                    limits
                        .maxFieldSize(RowFormat.LINE_CHARS_MAX)
                        .maxRecordSize(RowFormat.LINE_CHARS_MAX)),
            text)
        .iterator();
  }

  static CsvRows open(
      Path file, Reader reader, RowFormat.Csv format, List<String> columns, Set<String> mentioned) {
    CsvRows rows = new CsvRows(file, reader, format);
    rows.header = format.header().isEmpty() ? rows.readHeader() : format.header();
    rows.checkHeader(columns, mentioned);
    rows.cells = columns.stream().mapToInt(rows.header::indexOf).toArray();
    return rows;
  }

  private List<String> readHeader() {
    try {
      if (!advance()) {
        throw new UserException(
            "%s is empty: its first line must name the columns, or the mapping must, with header"
                .formatted(file));
      }
      return List.copyOf(current.getFields());
    } catch (LineRefused e) {
      throw new UserException(
          "%s begins with a line that is %s".formatted(file, e.getMessage()), e);
    }
  }

  private void checkHeader(List<String> columns, Set<String> mentioned) {
    Set<String> missing = new LinkedHashSet<>(columns);
    missing.addAll(mentioned);
    header.forEach(missing::remove);
    if (!missing.isEmpty()) {
      throw new UserException(
          "%s has no column %s, which the mapping reads; it has %s"
              .formatted(file, String.join(", ", missing), String.join(", ", header)));
    }
    List<String> twice = new ArrayList<>(header);
    Set.copyOf(header).forEach(twice::remove);
    if (!twice.isEmpty()) {
      throw new UserException(
          "%s has more than one column %s: give each a name of its own"
              .formatted(file, String.join(", ", twice)));
    }
  }

  @Override
  public boolean next() throws LineRefused {
    if (!advance()) {
      return false;
    }
    if (current.getFieldCount() != header.size()) {
      throw new LineRefused(
          "",
          Reason.COLUMN_COUNT,
          "%d columns, the header has %d".formatted(current.getFieldCount(), header.size()));
    }
    return true;
  }

  private boolean advance() throws LineRefused {
    text.needsFrom(lastLine + 1);
    try {
      if (!records.hasNext()) {
        return false;
      }
      current = records.next();
    } catch (CsvParseException e) {
      throw skipBrokenLine(e);
    }
    line = linesBefore + current.getStartingLineNumber();
    lastLine = line + lineBreaks(current);
    return true;
  }

  private LineRefused skipBrokenLine(CsvParseException e) {
    line = text.nonEmptyFrom(lastLine + 1);
    lastLine = line;
    linesBefore = line;
    try {
      text.continueAfter(line);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    records = parser();
    String reason = e.getMessage().replaceAll("\\s*\\(record starting at line \\d+\\)", "");
    return new LineRefused("", Reason.BAD_CSV, "not valid CSV: " + reason);
  }

  private static int lineBreaks(CsvRecord csv) {
    int breaks = 0;
    for (int i = 0; i < csv.getFieldCount(); i++) {
      String cell = csv.getField(i);
      for (int at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) {
        breaks++;
      }
      for (int at = cell.indexOf('\r'); at >= 0; at = cell.indexOf('\r', at + 1)) {
        boolean withLf = at + 1 < cell.length() && cell.charAt(at + 1) == '\n';
        breaks += withLf ? 0 : 1;
      }
    }
    return breaks;
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public String cell(int column) {
    return current.getField(cells[column]);
  }

  @Override
  public String[] content(ContentColumns columns) {
    Content content = contents.computeIfAbsent(columns, this::content0);
    String[] namesAndValues = content.template.clone();
    for (int i = 0; i < content.cells.length; i++) {
      namesAndValues[2 * i + 1] = current.getField(content.cells[i]);
    }
    return namesAndValues;
  }

  private Content content0(ContentColumns columns) {
    int[] sorted =
        IntStream.range(0, header.size())
            .filter(i -> columns.include(header.get(i)))
            .boxed()
            .sorted(Comparator.comparing(header::get))
            .mapToInt(Integer::intValue)
            .toArray();
    String[] template = new String[2 * sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      template[2 * i] = header.get(sorted[i]);
    }
    return new Content(sorted, template);
  }

  @Override
  public String raw() {
    return text.lines(line, (int) (lastLine - line) + 1);
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
