package dev.onceflow.verification.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.testkit.GoldenTopology;
import dev.onceflow.topology.PaymentsTopology;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/** The graph as it is deployed: state of running jobs hangs on its names and numbers. */
class PaymentsDescriptionTest {
  private final Topology payments =
      new PaymentsTopology().build(Map.of("schema.registry.url", "http://unused.invalid"));

  @Test
  void theGraphIsTheOneThatIsDeployed() {
    GoldenTopology.assertUnchanged(payments, Path.of("src/test/resources/payments-topology.txt"));
  }

  /** A merchant's entries of one currency are of one account, the key of ledger-entries. */
  @Test
  void nothingIsSentThroughARepartitionTopic() {
    assertThat(payments.describe().toString())
        .contains("merchant-daily-totals")
        .doesNotContain("repartition");
  }

  @Test
  void nothingHasAGeneratedName() {
    assertThat(payments.describe().toString()).doesNotContainPattern("KSTREAM|KTABLE|-\\d{10}");
  }
}
