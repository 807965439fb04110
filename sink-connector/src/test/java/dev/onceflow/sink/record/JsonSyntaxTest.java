package dev.onceflow.sink.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.postgres.UnfitValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSyntaxTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        " true\n",
        "0",
        "-0.5e+10",
        "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fF\"",
        "[]",
        "[ ]",
        "[1, [2], {}]",
        "{ }",
        "{\"a\" : {\"b\": [null, false]}, \"a\": 1}"
      })
  void isJson(String text) {
    assertThatCode(() -> JsonSyntax.check(text)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nul",
        "nullx",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "-",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"\n\"",
        "[",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{a: 1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\": 1,}",
        "{\"a\": 1} 2",
        "'a'",
        "NaN",
        "]",
        "[}"
      })
  void isNoJson(String text) {
    assertThatThrownBy(() -> JsonSyntax.check(text))
        .isInstanceOf(UnfitValueException.class)
        .hasMessage("no JSON");
  }

  @Test
  void depthHasALimit() {
    JsonSyntax.check("[".repeat(1_000) + "]".repeat(1_000));

    assertThatThrownBy(() -> JsonSyntax.check("[".repeat(100_000)))
        .hasMessage("JSON that is nested deeper than 1000 levels");
  }

  @Test
  void membersAreDecodedOrKept() {
    assertThat(
            JsonSyntax.members("{\"a\\u0062\": \"c\\n\", \"d\": 1.50, \"e\": null, \"f\": [1, 2]}"))
        .containsExactly(
            org.assertj.core.api.Assertions.entry("ab", "c\n"),
            org.assertj.core.api.Assertions.entry("d", "1.50"),
            org.assertj.core.api.Assertions.entry("e", null),
            org.assertj.core.api.Assertions.entry("f", "[1, 2]"));
  }

  @Test
  void onlyObjectsHaveMembers() {
    assertThatThrownBy(() -> JsonSyntax.members("[1]")).hasMessage("no JSON");
  }
}
