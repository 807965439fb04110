package com.example.orders;

import dev.onceflow.testkit.GoldenTopology;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In Kafka's test driver. */
class OrderTotalsTest extends OrderTotalsSuite {
  @Test
  void theGraphIsTheOneThatIsDeployed() {
    GoldenTopology.assertUnchanged(
        new OrderTotals().build(Map.of()), Path.of("src/test/resources/order-totals-topology.txt"));
  }
}
