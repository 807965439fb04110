package dev.onceflow.streams.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;

class TopologyShapeTest {
  private static final TopologyShape BEFORE =
      new TopologyShape(Map.of("a", 0, "b", 1), Map.of("sums", 1));

  @Test
  void whatIsAddedIsSafe() {
    TopologyShape now =
        new TopologyShape(Map.of("a", 0, "b", 1, "c", 2), Map.of("sums", 1, "counts", 2));

    assertThat(now.incompatibleWith(BEFORE)).isEmpty();
  }

  @Test
  void aStoreThatIsGoneIsNamed() {
    TopologyShape now = new TopologyShape(Map.of("a", 0, "b", 1), Map.of("totals", 1));

    assertThat(now.incompatibleWith(BEFORE))
        .containsExactly("store sums is gone, with what it remembers");
  }

  @Test
  void aSourceThatIsGoneIsNamed() {
    TopologyShape now = new TopologyShape(Map.of("b", 1), Map.of("sums", 1));

    assertThat(now.incompatibleWith(BEFORE))
        .containsExactly("source a is gone, with what was not yet read of it");
  }

  @Test
  void aSubTopologyThatPushesOthersOnIsNamed() {
    TopologyShape now = new TopologyShape(Map.of("new", 0, "a", 1, "b", 2), Map.of("sums", 2));

    assertThat(now.incompatibleWith(BEFORE))
        .containsExactly(
            "store sums has moved from sub-topology 1 to 2, so its tasks have other IDs",
            "source a has moved from sub-topology 0 to 1, so its tasks have other IDs",
            "source b has moved from sub-topology 1 to 2, so its tasks have other IDs");
  }

  @Test
  void linesAreReadAsTheyWereWritten() {
    assertThat(TopologyShape.parse(BEFORE.lines())).isEqualTo(BEFORE);
  }

  @Test
  void aFileThatIsNoneOfOursIsRefused() {
    assertThatThrownBy(() -> TopologyShape.parse(List.of("what is this")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesThatStreamsMadeUpAreFound() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(Serdes.String(), Serdes.String()))
        .groupBy((key, value) -> value, Grouped.as("by-value"))
        .count();
    StreamsBuilder named = new StreamsBuilder();
    named.stream("in", Consumed.with(Serdes.String(), Serdes.String()))
        .groupBy((key, value) -> value, Grouped.as("by-value"))
        .count(Materialized.as("counts"));

    assertThat(TopologyShape.of(builder.build().describe()).generatedNames())
        .singleElement()
        .asString()
        .startsWith("store KSTREAM-AGGREGATE-STATE-STORE-");
    assertThat(TopologyShape.of(named.build().describe()).generatedNames()).isEmpty();
  }
}
