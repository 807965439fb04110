package dev.onceflow.sink.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTemplateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "${}",
        "${topic",
        "a${x}",
        "${topic|loud}",
        "${topic:x}",
        "${field:}",
        "${no:x}",
        ""
      })
  void mistakesAreFound(String text) {
    assertThat(TargetTemplate.parse(text)).isEmpty();
  }

  @Test
  void textAloneIsAFixedName() {
    assertThat(TargetTemplate.parse("app.orders").orElseThrow().fixedName()).contains("app.orders");
    assertThat(TargetTemplate.parse("${topic}").orElseThrow().fixedName()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SAME,a.B-c,a_B-c",
    "LOWER,a.B-c,a_b-c",
    "SNAKE,OrderLines,order_lines",
    "SNAKE,shop.eu-Orders2Go,shop_eu_orders2_go",
  })
  void valuesAreSpelled(TargetTemplate.Spelling spelling, String value, String name) {
    assertThat(spelling.of(value)).isEqualTo(name);
  }
}
