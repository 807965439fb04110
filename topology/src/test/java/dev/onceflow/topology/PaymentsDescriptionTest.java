package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The graph as it is deployed. A change here changes task IDs, stores or internal topics: state of
 * running jobs would be lost. Change the file only together with a decision on how to upgrade.
 */
class PaymentsDescriptionTest {
  @Test
  void theGraphIsTheOneThatIsDeployed() throws IOException {
    String expected;
    try (var golden = getClass().getResourceAsStream("/payments-topology.txt")) {
      expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
    }

    String actual =
        new PaymentsTopology()
            .build(Map.of("schema.registry.url", "http://unused.invalid"))
            .describe()
            .toString();

    assertThat(actual.strip()).isEqualTo(expected.strip());
  }

  /** A merchant's entries of one currency are of one account, the key of ledger-entries. */
  @Test
  void nothingIsSentThroughARepartitionTopic() {
    String description =
        new PaymentsTopology()
            .build(Map.of("schema.registry.url", "http://unused.invalid"))
            .describe()
            .toString();

    assertThat(description).contains("merchant-daily-totals").doesNotContain("repartition");
  }

  @Test
  void nothingHasAGeneratedName() {
    String description =
        new PaymentsTopology()
            .build(Map.of("schema.registry.url", "http://unused.invalid"))
            .describe()
            .toString();

    assertThat(description).doesNotContainPattern("KSTREAM|KTABLE|-\\d{10}");
  }
}
