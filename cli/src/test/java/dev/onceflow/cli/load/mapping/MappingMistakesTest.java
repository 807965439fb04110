package dev.onceflow.cli.load.mapping;

import static dev.onceflow.cli.load.mapping.TestFiles.COLUMNS;
import static dev.onceflow.cli.load.mapping.TestFiles.EVENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onceflow.cli.UserException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MappingMistakesTest {
  @TempDir private Path directory;
  private TestFiles files;

  @BeforeEach
  void files() {
    files = new TestFiles(directory);
  }

  private String mistakes(String mapping) {
    Path file = files.write("mapping.yaml", mapping);
    UserException failure = catchThrowableOfType(UserException.class, () -> Mapping.read(file));
    assertThat(failure).as(mapping).isNotNull();
    return failure.getMessage();
  }

  @Test
  void allMistakesAreToldAtOnceEachByItsKey() {
    String message =
        mistakes(
            """
            source: has a space
            format: xml
            charset: latin-42
            colums: {}
            columns:
              a-b: text
              size: text
              quantity: decimel
              day: {type: time, format: dd/MM/yyyy}
              time: {type: time, format: bogus, zone: Nowhere}
              n: {type: decimal, default: none, zone: UTC}
              m: {type: text, default: x, optional: true}
              o: {type: text, optional: perhaps}
              list: [1]
            let:
              quantity: {expression: '1'}
              total: {expression: quantity * prise, scale: 0, rounding: half-way}
              half: {expression: 1 / 2, scale: 0}
              late: {expression: soon}
              places: {expression: '1', scale: -1, rounding: up}
              bare: 1
            event:
              event_id: {constant: x}
              payment_id: {id_of: page}
              account_id: {column: nobody}
              merchant_id: {constant: a, column: m}
              kind: {constant: GIFT}
              amount_minor: {column: m}
              currency: {constant: XXX}
              reference: shop
              colour: {constant: red}
            """);

    assertThat(message.lines())
        .containsExactly(
            directory.resolve("mapping.yaml") + " has 32 mistakes:",
            "  colums: unknown key; known are charset, columns, event, format, header, let, separator, source",
            "  source: 'has a space' is not a URI reference: leave out spaces, such as online-retail",
            "  charset: 'latin-42' is not a character set, such as UTF-8 or windows-1252",
            "  format: 'xml' is neither csv nor jsonl",
            "  columns.a-b: not a name: use letters, digits and _, no word of JEXL, and give the file's own name with from",
            "  columns.size: not a name: use letters, digits and _, no word of JEXL, and give the file's own name with from",
            "  columns.quantity: 'decimel' is not a type: give text, decimal or time",
            "  columns.day.format: 'dd/MM/yyyy' has no zone in it: say where it was written down with zone, such as Europe/London or UTC",
            "  columns.time.zone: 'Nowhere' is not a zone, such as Europe/London or UTC",
            "  columns.time.format: 'bogus' is not a time format: give iso, epoch-seconds, epoch-millis, or a pattern such as dd/MM/yyyy HH:mm (Unknown pattern letter: b)",
            "  columns.n.zone: only for type time",
            "  columns.n.default: 'none' is not a decimal number such as -1234.50, of up to 40 characters",
            "  columns.m.optional: a column with a default is never empty: leave one of them out",
            "  columns.o.optional: 'perhaps' is neither true nor false",
            "  columns.list: give a type (text, decimal or time), or a section with type",
            "  let.quantity: a column has this name already",
            "  let.total.rounding: 'half-way' is not a rounding: give half-even, half-up, half-down, up, down, ceiling, floor or unnecessary",
            "  let.total.expression: 'quantity * prise' uses prise, which is neither a column nor a value above it; known are day, m, n, o, quantity, time",
            "  let.half.rounding: missing: scale and rounding belong together, such as scale 0 with rounding half-even",
            "  let.late.expression: 'soon' uses soon, which is neither a column nor a value above it; known are day, half, m, n, o, quantity, time, total",
            "  let.places.scale: '-1' is not a number of decimal places from 0 to 20",
            "  let.bare: give a section with expression, and scale and rounding where it is rounded",
            "  event.event_id.constant: the same ID for every line would make each line a copy of the first",
            "  event.payment_id.id_of: 'page' is neither line nor content",
            "  event.account_id.column: 'nobody' is not under columns; those are day, m, n, o, quantity, time",
            "  event.merchant_id: say where it comes from with one of column, constant, expression",
            "  event.kind.constant: 'GIFT' is none of [AUTHORIZE, CAPTURE, VOID, REFUND, SALE, CREDIT]",
            "  event.amount_minor.column: amount_minor needs a column of type decimal",
            "  event.currency.constant: 'XXX' is not a currency of ISO 4217 with a minor unit, such as GBP",
            "  event.reference: give a section: say where it comes from with one of column, constant, expression",
            "  event.colour: not a field of a payment event; those are account_id, amount_minor, currency, event_id, kind, merchant_id, occurred_at, payment_id, reference",
            "  event.occurred_at: missing: say where it comes from with one of column, constant, expression");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            "source: test",
            "source:",
            "source: missing: a name for what the file holds, such as online-retail"),
        arguments(
            "format: csv", "format: [csv]", "format: give one value, not a list or a section"),
        arguments(
            "format: csv",
            "format: csv\nseparator: ab",
            "separator: 'ab' is not one character, such as ';'"),
        arguments(
            "format: csv", "format: csv\nheader: [a, a]", "header: a name stands there twice"),
        arguments("format: csv", "format: csv\nheader: a", "header: give a list of names"),
        arguments("format: csv", "format: csv\nheader: ['']", "header: '' is not a name"),
        arguments("format: csv", "format: jsonl\nheader: [a]", "header: only for format csv"),
        arguments("format: csv", "format: jsonl\nseparator: ;", "separator: only for format csv"),
        arguments(
            "columns:",
            "unused:",
            "columns: missing: name the columns that are read, each with its type"),
        arguments(
            "who: text", "who: {from: x}", "columns.who.type: missing: text, decimal or time"),
        arguments(
            "who: text",
            "who: {type: text, default: ' '}",
            "columns.who.default: a default can't be empty itself: make the column optional"),
        arguments(
            "at: time",
            "at: {type: time, default: never}",
            "columns.at.default: 'never' is not a time in the format iso, with a zone"),
        arguments(
            "{column: amount}",
            "{expression: amount > 1, scale: 0, rounding: up}",
            "event.amount_minor.scale: the expression gives no number that could be rounded"),
        arguments(
            "{column: amount}",
            "{expression: who * 2}",
            "event.amount_minor.expression: 'who * 2': the text 'x' is used as a number"),
        arguments(
            "{column: amount}",
            "{expression: who.length}",
            "event.amount_minor.expression: 'who.length' is not allowed in 'who.length'"),
        arguments(
            "{column: amount}",
            "{expression: \"'a'.class\"}",
            "event.amount_minor.expression: ''a'.class': 'class' is not allowed: an expression can't look inside a value"),
        arguments(
            "{column: amount}",
            "{expression: amount_minor}",
            "event.amount_minor.expression: 'amount_minor' uses itself"),
        arguments(
            "{column: amount}",
            "{expression: ''}",
            "event.amount_minor.expression: missing: what computes the value, such as quantity * price"),
        arguments(
            "{column: amount}",
            "{expression: amount +}",
            "event.amount_minor.expression: 'amount +' is not an expression: at character"),
        arguments(
            "{column: amount}",
            "{constant: 0}",
            "event.amount_minor.constant: '0' is not a whole number above zero"),
        arguments(
            "{column: amount}",
            "{column: amount, scale: 0}",
            "event.amount_minor.scale: unknown key; known are column"),
        arguments(
            "{column: at}",
            "{constant: today}",
            "event.occurred_at.constant: 'today' is not a time, such as 2026-01-31T12:00:00Z"),
        arguments(
            "{column: at}",
            "{column: who}",
            "event.occurred_at.column: occurred_at needs a column of type time"),
        arguments(
            "merchant_id: {constant: shop}",
            "merchant_id: {constant: ''}",
            "event.merchant_id.constant: missing: give the value"),
        arguments(
            "merchant_id: {constant: shop}",
            "merchant_id: {id_of: line}",
            "event.merchant_id: say where it comes from with one of column, constant, expression"),
        arguments(
            "event_id: {id_of: line}",
            "event_id: {id_of: line, except: [who]}",
            "event.event_id.except: only for id_of content"),
        arguments(
            "event_id: {id_of: line}",
            "event_id: {id_of: line, column: n}",
            "event.event_id.column: 'n' is not under columns; those are amount, at, who"),
        arguments(
            "event_id: {id_of: line}",
            "event_id: {id_of: content, column: who}",
            "event.event_id.column: only for id_of line"),
        arguments(
            "event_id: {id_of: line}",
            "event_id: {id_of: content, columns: [who], except: [at]}",
            "event.event_id.except: columns names all that count: leave one of them out"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void eachMistakeHasItsMessage(String good, String bad, String expected) {
    assertThat(mistakes((COLUMNS + EVENT).replace(good, bad))).contains(expected);
  }

  @Test
  void whatIsNoMappingAtAllIsSaid() {
    assertThat(mistakes("- a\n")).contains("is not a mapping");
    assertThat(mistakes("a: [\n")).contains("is not YAML: line");
    assertThat(mistakes("a: 1\na: 2\n")).contains("is not YAML").contains("Duplicate");
    assertThatThrownBy(() -> Mapping.read(directory.resolve("none.yaml")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none.yaml can't be read: give the path of a mapping file");
  }
}
