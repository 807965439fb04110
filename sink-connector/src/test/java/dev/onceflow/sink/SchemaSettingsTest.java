package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.schema.ColumnNaming;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaSettingsTest {
  private static SchemaSettings settings(Map<String, String> properties) {
    return SchemaSettings.of(
        new AbstractConfig(SchemaSettings.addTo(new ConfigDef()), properties, false));
  }

  @Test
  void byDefaultTablesAreLeftAsTheyAre() {
    SchemaSettings settings = settings(Map.of());

    assertThat(settings.evolution().isOn()).isFalse();
    assertThat(settings.naming()).isEqualTo(ColumnNaming.AS_IS);
    assertThat(settings.refreshMs()).isEqualTo(10_000);
  }

  @Test
  void everyKeyIsRead() {
    SchemaSettings settings =
        settings(
            Map.of(
                "schema.evolution", "validate",
                "column.naming", "snake_case",
                "schema.evolution.rewrite.bytes.max", "0",
                "catalogue.refresh.ms", "100"));

    assertThat(settings.evolution().isOn()).isTrue();
    assertThat(settings.naming()).isEqualTo(ColumnNaming.SNAKE_CASE);
    assertThat(settings.refreshMs()).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({
    "schema.evolution, full, 'String must be one of: none, validate, additive'",
    "column.naming, camel, 'String must be one of: as-is, snake_case, lower'",
    "schema.evolution.rewrite.bytes.max, -1, Value must be at least 0",
    "catalogue.refresh.ms, 99, Value must be at least 100"
  })
  void whatIsWrongIsSaid(String key, String value, String expected) {
    assertThatThrownBy(() -> settings(Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(expected);
  }
}
