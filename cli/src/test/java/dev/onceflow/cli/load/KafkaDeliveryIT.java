package dev.onceflow.cli.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaDeliveryIT {
  @Test
  void aBrokerThatIsAwayIsNamedInSeconds() {
    assertThatThrownBy(
            () ->
                KafkaDelivery.open(
                    Map.of(
                        "bootstrap.servers", "localhost:1",
                        "schema.registry.url", "http://localhost:1")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("No broker at localhost:1 tells about topic payments")
        .hasMessageEndingWith("check --bootstrap-servers, and that Kafka is running there");
  }
}
