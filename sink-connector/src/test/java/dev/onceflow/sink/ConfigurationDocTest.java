package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md is what the code says. To write it anew: {@code mvn test -pl sink-connector
 * -Dtest=ConfigurationDocTest -Donceflow.docs.write=true}.
 */
class ConfigurationDocTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final String HEAD =
      """
      # Configuration of the sink connector

      Generated from the connector's ConfigDef; a test fails when it is stale. Keys of Connect itself (`topics`, `topics.regex`, `tasks.max`, converters, `errors.*`) stand in Kafka's documentation.

      """;

  @Test
  void pageIsWhatTheCodeSays() throws IOException {
    String page =
        HEAD
            + section("The connector", OnceflowSinkConfig.definition())
            + section("Each table `NAME` of `tables`: `table.NAME.*`", TableConfigDef.of("NAME"));
    if (Boolean.getBoolean("onceflow.docs.write")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String section(String title, ConfigDef definition) {
    List<ConfigKey> keys = new ArrayList<>(definition.configKeys().values());
    keys.sort(
        Comparator.comparing((ConfigKey key) -> key.importance)
            .thenComparing(key -> key.orderInGroup < 0 ? 0 : key.orderInGroup)
            .thenComparing(key -> key.name));
    StringBuilder page = new StringBuilder("## " + title + "\n\n");
    page.append("| key | default | importance | meaning |\n| --- | --- | --- | --- |\n");
    for (ConfigKey key : keys) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  key.name,
                  key.hasDefault()
                      ? key.defaultValue == null ? "none" : "`" + key.defaultValue + "`"
                      : "required",
                  key.importance.toString().toLowerCase(java.util.Locale.ROOT),
                  key.documentation.replace("|", "\\|").replace("\n", " ")));
    }
    return page.append('\n').toString();
  }

  @Test
  void everyKeyOfATableIsDocumented() {
    assertThat(TableConfigDef.documented().stream().map(key -> "table.t." + key))
        .containsExactlyInAnyOrderElementsOf(TableSettings.keysOf("t"));
  }

  @Test
  void userInterfacesAreToldOfTheKeysOfEachTable() {
    Map<String, String> config = Payments.config("jdbc:postgresql://127.0.0.1/x");

    List<ConfigValue> values = OnceflowSinkConfig.validate(config);

    assertThat(values)
        .filteredOn(value -> value.name().equals("table.ledger_entries.effect"))
        .singleElement()
        .satisfies(
            value -> {
              assertThat(value.value()).isEqualTo("insert");
              assertThat(value.recommendedValues())
                  .containsExactly("insert", "upsert", "accumulate", "sql");
              assertThat(value.errorMessages()).isEmpty();
            });
  }
}
