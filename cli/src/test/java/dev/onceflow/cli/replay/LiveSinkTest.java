package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveSinkTest {
  @Test
  void replaysConnectorSharesSinkAndMemoryAndHasAnEnd() {
    Map<String, String> config =
        TestingSink.sink(Map.of())
            .replayConfig(
                TestingSink.replay(
                    List.of(
                        TestingSink.range("orders", 0, 10, 20),
                        TestingSink.range("orders", 2, 0, 5)),
                    Optional.empty()));

    assertThat(config)
        .containsEntry("name", "shop-replay-7-a1b2c3d4")
        .containsEntry("sink.name", "shop")
        .containsEntry("run", "7-a1b2c3d4")
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
  void replaysConnectorHasTheFilterThatWasAskedFor() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    RecordFilter.of(List.of("A,1"), List.of("header:region=eu")).addTo(request);
    LiveSink sink = TestingSink.sink(Map.of());

    assertThat(
            sink.replayConfig(TestingSink.replay(TestingSink.orders(), Optional.empty(), request)))
        .containsEntry("run.filter", "record:key=A%2C1,header:region=eu");
    assertThat(sink.replayConfig(TestingSink.replay(TestingSink.orders(), Optional.empty())))
        .doesNotContainKey("run.filter");
  }

  @Test
  void textsAreSureOnlyWhereTheConnectorNamesItsConverters() {
    String strings = "org.apache.kafka.connect.storage.StringConverter";

    assertThat(TestingSink.sink(Map.of()).converters())
        .isEqualTo(new RecordFilter.Converters(false, false, false));
    assertThat(
            TestingSink.sink(
                    Map.of(
                        "key.converter", strings,
                        "header.converter",
                            "org.apache.kafka.connect.converters.ByteArrayConverter",
                        "value.converter", "org.apache.kafka.connect.json.JsonConverter"))
                .converters())
        .isEqualTo(new RecordFilter.Converters(true, true, true));
    assertThat(
            TestingSink.sink(
                    Map.of(
                        "key.converter",
                        strings,
                        "key.converter.converter.encoding",
                        "UTF-16",
                        "value.converter",
                        "org.apache.kafka.connect.json.JsonConverter",
                        "value.converter.schemas.enable",
                        "false"))
                .converters())
        .isEqualTo(new RecordFilter.Converters(false, false, false));
  }

  @Test
  void keysOfATableAreNotTakenForThoseOfAnotherOneWhoseNameBeginsAlike() {
    LiveSink sink =
        TestingSink.sink(
            Map.of(
                "tables", "customers,customers.orders",
                "table.customers.orders.topic", "orders",
                "table.customers.orders.effect", "insert"));

    assertThat(sink.replayConfig(TestingSink.replay(TestingSink.orders(), Optional.empty())))
        .containsEntry("tables", "customers.orders")
        .containsEntry("table.customers.orders.effect", "insert")
        .doesNotContainKeys("table.customers.topic", "table.customers.effect");
  }

  @Test
  void someTablesComeWithTheTopicsThatTheyTake() {
    LiveSink sink = TestingSink.sink(Map.of());

    assertThat(sink.only(List.of("totals")).config())
        .containsEntry("tables", "totals")
        .containsEntry("topics", "orders")
        .containsEntry("table.totals.key", "shop")
        .containsEntry("dedupe.horizon.ms", "604800000");
    assertThat(sink.only(List.of("totals")).config().keySet())
        .noneMatch(key -> key.startsWith("table.orders.") || key.startsWith("table.customers."));
    assertThat(sink.only(List.of("customers", "orders")).config())
        .containsEntry("tables", "orders,customers")
        .containsEntry("topics", "orders,customers");
    assertThat(sink.only(List.of())).isEqualTo(sink);
    assertThatThrownBy(() -> sink.only(List.of("order")))
        .isInstanceOf(UserException.class)
        .hasMessage("Connector shop has no table order: it has [orders, totals, customers].");
  }

  @Test
  void nameOfTheSinkStaysWhereItIsGiven() {
    LiveSink sink = TestingSink.sink(Map.of("sink.name", "warehouse"));

    assertThat(sink.name()).isEqualTo("warehouse");
    assertThat(sink.replayConfig(TestingSink.replay(TestingSink.orders(), Optional.empty())))
        .containsEntry("sink.name", "warehouse");
  }

  @Test
  void connectorKeepsItsNameWhenTheLiveOneWasRenamed() {
    LiveSink renamed =
        new LiveSink(
            "shop-2", TestingSink.sink(Map.of("sink.name", "shop", "name", "shop-2")).config());
    Replay replay = TestingSink.replay(TestingSink.orders(), Optional.empty());

    assertThat(renamed.rules()).isEqualTo(TestingSink.sink(Map.of()).rules());
    assertThat(renamed.replayConfig(replay)).containsEntry("name", "shop-replay-7-a1b2c3d4");
    assertThat(replay.replayGroup()).isEqualTo("connect-shop-replay-7-a1b2c3d4");
  }

  @Test
  void planHoldsForItsRulesWhateverSpeedAndLogin() {
    String rules = TestingSink.sink(Map.of()).rules();

    assertThat(TestingSink.sink(Map.of("connection.password", "new", "tasks.max", "4")).rules())
        .isEqualTo(rules);
    assertThat(TestingSink.sink(Map.of("dedupe.horizon.ms", "1")).rules()).isNotEqualTo(rules);
    assertThat(TestingSink.sink(Map.of("table.customers.version", "arrival")).rules())
        .isNotEqualTo(rules);
  }

  @Test
  void eventIdsAreRememberedForTheHorizonOrForEver() {
    assertThat(TestingSink.sink(Map.of()).horizonMs()).contains(604_800_000L);
    assertThat(TestingSink.sink(Map.of("dedupe.horizon.ms", "-1")).horizonMs()).isEmpty();
  }

  @Test
  void transformsHideWhatARecordDoes() {
    assertThat(TestingSink.sink(Map.of("transforms", "rename")).whyUncountable())
        .hasValueSatisfying(why -> assertThat(why).contains("transforms"));
  }

  @Test
  void whatAJobWroteAgainIsTakenByTheTablesOfItsLiveTopic() {
    LiveSink over = TestingSink.sink(Map.of()).over(Set.of("orders"), ".r7");

    assertThat(over.name()).isEqualTo("shop");
    assertThat(over.topics()).containsExactly("orders.r7", "customers");
    assertThat(
            over.replayConfig(
                TestingSink.replay(
                    List.of(TestingSink.range("orders.r7", 0, 0, 20)), Optional.empty())))
        .containsEntry("topics", "orders.r7")
        .containsEntry("tables", "orders,totals")
        .containsEntry("table.orders.topic", "orders.r7")
        .containsEntry("table.totals.topic", "orders.r7")
        .containsEntry("run.end", "orders.r7:0=20");
  }

  @Test
  void ruleThatDependsOnATopicsNameIsRefused() {
    Set<String> orders = Set.of("orders");

    assertThat(TestingSink.sink(Map.of()).whyNotReprocessed(orders)).isEmpty();
    assertThat(TestingSink.sink(Map.of("transforms", "route")).whyNotReprocessed(orders))
        .singleElement()
        .asString()
        .contains("transforms (route)");
    assertThat(TestingSink.sink(Map.of("table.orders.delete", "true")).whyNotReprocessed(orders))
        .singleElement()
        .asString()
        .contains("Table orders deletes rows");
    for (String setting : List.of("columns", "when", "target")) {
      String value = setting.equals("target") ? "t_${topic}" : "id,at=record: offset";
      assertThat(
              TestingSink.sink(Map.of("table.orders." + setting, value)).whyNotReprocessed(orders))
          .singleElement()
          .asString()
          .contains("where in Kafka a record lies");
    }
    assertThat(TestingSink.sink(Map.of("table.customers.delete", "true")).whyNotReprocessed(orders))
        .isEmpty();
    assertThat(TestingSink.sink(Map.of()).whyNotReprocessed(Set.of()))
        .singleElement()
        .asString()
        .contains("the job writes none of them");
  }
}
