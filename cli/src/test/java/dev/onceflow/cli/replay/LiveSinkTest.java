package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveSinkTest {
  @Test
  void replaysConnectorSharesSinkAndMemoryAndHasAnEnd() {
    Map<String, String> config =
        TestingSink.sink(Map.of())
            .replayConfig(
                "7",
                List.of(
                    TestingSink.range("orders", 0, 10, 20), TestingSink.range("orders", 2, 0, 5)));

    assertThat(config)
        .containsEntry("name", "shop-replay-7")
        .containsEntry("sink.name", "shop")
        .containsEntry("run", "7")
        .containsEntry("run.end", "orders:0=20,orders:2=5")
        .containsEntry("topics", "orders")
        .containsEntry("tables", "orders,totals")
        .containsEntry("table.orders.effect", "insert")
        .containsEntry("table.totals.key", "shop")
        .containsEntry("connection.password", "${file:/run/secrets/shop:password}")
        .doesNotContainKeys("fence.initial", "consumer.override.group.id");
    assertThat(config.keySet()).noneMatch(key -> key.startsWith("table.customers."));
  }

  @Test
  void nameOfTheSinkStaysWhereItIsGiven() {
    LiveSink sink = TestingSink.sink(Map.of("sink.name", "warehouse"));

    assertThat(sink.name()).isEqualTo("warehouse");
    assertThat(sink.replayConfig("7", TestingSink.orders()))
        .containsEntry("sink.name", "warehouse");
  }

  @Test
  void horizonIsSevenDaysUnlessItIsGiven() {
    assertThat(TestingSink.sink(Map.of()).horizonMs()).contains(604_800_000L);
    assertThat(TestingSink.sink(Map.of("dedupe.horizon.ms", "-1")).horizonMs()).isEmpty();
  }

  @Test
  void transformsHideWhatARecordDoes() {
    assertThat(TestingSink.sink(Map.of("transforms", "rename")).whyUncountable())
        .hasValueSatisfying(why -> assertThat(why).contains("transforms"));
  }
}
