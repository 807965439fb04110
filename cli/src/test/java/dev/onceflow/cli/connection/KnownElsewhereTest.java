package dev.onceflow.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Where a command knows settings from elsewhere, as audit does from a connector's file. */
class KnownElsewhereTest {
  @Command(name = "probe")
  private static final class Probe {
    @Mixin private KafkaOptions kafka;
    @Mixin private RegistryOptions registry;
  }

  private static Probe given(String... words) {
    Probe probe = new Probe();
    new CommandLine(probe).parseArgs(words);
    return probe;
  }

  @Test
  void whatIsGivenGoesBeforeItAndTheRestStays() {
    Probe probe = given("--bootstrap-servers", "given:1", "--schema-registry", "http://given");

    Map<String, Object> settings =
        probe.registry.over(
            probe.kafka.over(
                Map.of(
                    "bootstrap.servers",
                    "known:2",
                    "sasl.mechanism",
                    "PLAIN",
                    "schema.registry.url",
                    "http://known")));

    assertThat(settings)
        .containsEntry("bootstrap.servers", "given:1")
        .containsEntry("sasl.mechanism", "PLAIN")
        .containsEntry("schema.registry.url", "http://given");
  }

  @Test
  void itIsEnoughWhereNothingIsGiven() {
    Map<String, String> known = Map.of("bootstrap.servers", "known:2");

    assertThat(given().kafka.over(known)).containsEntry("bootstrap.servers", "known:2");
    assertThatThrownBy(() -> given().registry.over(known))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("No schema registry is given: give --schema-registry URL");
  }
}
