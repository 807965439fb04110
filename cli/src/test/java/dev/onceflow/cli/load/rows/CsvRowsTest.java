package dev.onceflow.cli.load.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvRowsTest {
  @TempDir private Path directory;

  /** A line as it was read: where, the text, and the first cell or why it was refused. */
  private record Line(long number, String raw, String cell, Reason reason) {}

  private List<Line> read(String text) {
    try {
      Path file = Files.writeString(directory.resolve("input.csv"), text);
      List<Line> lines = new ArrayList<>();
      try (Rows rows = open(file)) {
        for (Line line = next(rows); line != null; line = next(rows)) {
          lines.add(line);
        }
      }
      return lines;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Line next(Rows rows) throws IOException {
    try {
      return rows.next() ? new Line(rows.line(), rows.raw(), rows.cell(0), null) : null;
    } catch (LineRefused refused) {
      Item.Refused item = refused.at(rows.line(), rows.raw());
      return new Line(item.line(), item.raw(), null, item.reason());
    }
  }

  private static Rows open(Path file) {
    return RowFile.open(
        file,
        new RowFormat.Csv(StandardCharsets.UTF_8, ',', List.of()),
        List.of("a", "b"),
        Set.of());
  }

  @Test
  void linesKeepTheirNumberAndTextWhateverEndsThem() {
    assertThat(read("a,b\r\n1,2\r\n\r\n\"3\r\n3\",\"4,\"\"\"\n5,6\r7,8"))
        .containsExactly(
            new Line(2, "1,2", "1", null),
            new Line(4, "\"3\r\n3\",\"4,\"\"\"", "3\r\n3", null),
            new Line(6, "5,6", "5", null),
            new Line(7, "7,8", "7", null));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstName() {
    assertThat(read("\uFEFFa,b\n1,2\n")).containsExactly(new Line(2, "1,2", "1", null));
  }

  @Test
  void aStrayQuoteCostsOneLine() {
    assertThat(read("a,b\n1,2\n\"7\" lamp\",3\n4,5\n\"open,6\n7,8\n\"9\",10\n11,12\n"))
        .containsExactly(
            new Line(2, "1,2", "1", null),
            new Line(3, "\"7\" lamp\",3", null, Reason.BAD_CSV),
            new Line(4, "4,5", "4", null),
            new Line(5, "\"open,6", null, Reason.BAD_CSV),
            new Line(6, "7,8", "7", null),
            new Line(7, "\"9\",10", "9", null),
            new Line(8, "11,12", "11", null));
  }

  @Test
  void aQuoteThatIsNeverClosedCostsOneLine() {
    String many = "x,y\n".repeat(RowFormat.LINE_CHARS_MAX / 2);

    List<Line> lines = read("a,b\n\"open,1\n" + many);

    assertThat(lines).hasSize(1 + RowFormat.LINE_CHARS_MAX / 2);
    assertThat(lines.get(0)).isEqualTo(new Line(2, "\"open,1", null, Reason.BAD_CSV));
    assertThat(lines.get(1)).isEqualTo(new Line(3, "x,y", "x", null));
  }

  @Test
  void anOpenQuoteInTheLastLineCostsThatLine() {
    assertThat(read("a,b\n1,2\n\"3,4"))
        .containsExactly(new Line(2, "1,2", "1", null), new Line(3, "\"3,4", null, Reason.BAD_CSV));
  }

  @Test
  void aBrokenLineIsShownWholeEvenIfItsEndWasNotReadYet() {
    String broken = "\"1\"x," + "y".repeat(50_000);

    assertThat(read("a,b\n" + broken + "\r\n3,4\r\n"))
        .containsExactly(new Line(2, broken, null, Reason.BAD_CSV), new Line(3, "3,4", "3", null));
  }

  @Test
  void linesWithTooManyOrTooFewColumnsAreRefused() {
    assertThat(read("a,b\n1\n1,2,3\n"))
        .containsExactly(
            new Line(2, "1", null, Reason.COLUMN_COUNT),
            new Line(3, "1,2,3", null, Reason.COLUMN_COUNT));
  }

  @Test
  void aHeaderWithoutTheColumnsIsToldWithWhatItHas() {
    assertThatThrownBy(() -> read("a,c\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no column b, which the mapping reads; it has a, c");
    assertThatThrownBy(() -> read("a,b,a\n")).hasMessageContaining("more than one column a");
    assertThatThrownBy(() -> read("")).hasMessageContaining("is empty: its first line must name");
    assertThatThrownBy(() -> read("\"a\"x,b\n")).hasMessageContaining("begins with a line that is");
    assertThatThrownBy(() -> open(directory.resolve("none.csv")))
        .hasMessageContaining("none.csv can't be read: give the path of an existing file");
  }

  @Test
  void randomFilesGiveBackEveryLine() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder("a,b\n");
      List<Line> expected = new ArrayList<>();
      long number = 2;
      for (int i = 0; i < 5_000; i++) {
        String cell = "c" + i + "é".repeat(random.nextInt(30));
        switch (random.nextInt(8)) {
          case 0 -> {
            String inner = cell + "\n\n" + cell;
            String raw = "\"%s\",%d".formatted(inner, i);
            expected.add(new Line(number, raw, inner, null));
            text.append(raw);
            number += 2;
          }
          case 1 -> {
            String raw = "\"%s\"!,%d".formatted(cell, i);
            expected.add(new Line(number, raw, null, Reason.BAD_CSV));
            text.append(raw);
          }
          case 2 -> {
            expected.add(new Line(number, cell, null, Reason.COLUMN_COUNT));
            text.append(cell);
          }
          case 3 -> {}
          default -> {
            String raw = cell + "," + i;
            expected.add(new Line(number, raw, cell, null));
            text.append(raw);
          }
        }
        text.append(random.nextBoolean() ? "\n" : "\r\n");
        number++;
      }

      assertThat(read(text.toString())).as("seed %d", seed).isEqualTo(expected);
    }
  }
}
