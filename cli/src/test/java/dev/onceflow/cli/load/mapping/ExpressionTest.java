package dev.onceflow.cli.load.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.load.source.LineRefused;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.commons.jexl3.JexlContext;
import org.apache.commons.jexl3.MapContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final Map<String, Object> LINE =
      Map.of(
          "price",
          new BigDecimal("2.50"),
          "count",
          new BigDecimal("-3"),
          "text",
          "C12",
          "at",
          Instant.EPOCH);

  private static Object value(String expression) throws LineRefused {
    return Expression.of(expression).evaluate("x", new MapContext(LINE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "price * count * 100 | -750.00",
        "1 / 4 | 0.25",
        "2 * 3 / 4 | 1.5",
        "1 / 3 | 0.3333333333333333333333333333333333",
        "0.1 + 0.2 | 0.3",
        "7 % 4 | 3",
        "-price | -2.50",
        "12345678901234567890 * 10 | 123456789012345678900",
        "count < 0 ? -count : count | 3",
        "text =^ 'C' ? 'CREDIT' : 'SALE' | CREDIT",
        "text =~ '[A-Z][0-9]+' | true",
        "'p-' + text + '-' + count | p-C12--3",
        "price == 2.5 | true",
        "price != 2.5 | false",
        "text == null | false",
        "!empty(text) && price >= 2.5 && !(count > 0) | true",
      })
  void numbersAreDecimals(String expression, String expected) throws LineRefused {
    assertThat(DecimalArithmetic.text(value(expression))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "none == null ? 'no' : 'yes' | no",
        "empty(none) ? 'no' : 'yes' | no",
        "none ?? 'x' | x",
        "none != null && none > 3 | false",
      })
  void emptyValuesCanBeAskedFor(String expression, String expected) throws LineRefused {
    JexlContext line = LineValues.of(List.of(optional("none")), List.of());

    Object value = Expression.of(expression).evaluate("x", line);

    assertThat(DecimalArithmetic.text(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none + 1", "-none", "'a' + none", "none > 3", "none * none"})
  void emptyValuesCanNotBeComputedWith(String expression) {
    JexlContext line = LineValues.of(List.of(optional("none")), List.of());

    assertThatThrownBy(() -> Expression.of(expression).evaluate("x", line))
        .isInstanceOf(LineRefused.class)
        .hasMessage("'%s': none is empty".formatted(expression));
  }

  private static Column optional(String name) {
    return new Column(name, name, Column.Type.DECIMAL, null, null, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text.length()",
        "text.class",
        "text['class']",
        "price?.scale",
        "''.class",
        "''['class']",
        "new('java.io.File', 'x')",
        "java.lang.System",
        "java.lang.Runtime.getRuntime()",
        "system:exit(1)",
        "text:trim()",
        "count = 3",
        "count += 3",
        "var x = 1",
        "while (true) 1",
        "for (var x : text) x",
        "x -> x",
        "[1, 2]",
        "{'a': 1}",
        "1 .. 1000000000",
        "`${text.class}`",
        "#pragma jexl.import java.io",
        "@silent text",
        "price; count",
        "return 1",
        "",
        "price *",
      })
  void nothingButComputingComparingAndChoosingIsReached(String expression) {
    assertThatThrownBy(() -> Expression.of(expression).attempt(new MapContext(LINE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "text * 2 | 'text * 2': the text 'C12' is used as a number",
        "text > 2 | 'text > 2': the text 'C12' can't be compared with the number 2",
        "price == '2.50' | 'price == '2.50'': the number 2.50 can't be compared with the text '2.50'",
        "at + 1 | 'at + 1': the time 1970-01-01T00:00:00Z is used as a number",
        "price *  | 'price *' is not an expression: at character",
        "text.length | 'text.length' is not allowed in 'text.length': an expression can't look inside a value",
      })
  void mistakesNameWhatIsWrong(String expression, String expected) {
    assertThatThrownBy(() -> Expression.of(expression).attempt(new MapContext(LINE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(expected);
  }
}
