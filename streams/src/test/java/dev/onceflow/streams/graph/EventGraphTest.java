package dev.onceflow.streams.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.DedupeConfig;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.OutputTopics;
import dev.onceflow.streams.route.EventDecoder;
import dev.onceflow.streams.route.Parsed;
import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventGraphTest {
  private static final EventDecoder<String> ID_IS_VALUE =
      (topic, record) -> {
        String text = new String(record.value(), StandardCharsets.UTF_8);
        return text.isEmpty() ? new Parsed.Bad<>("empty", "") : new Parsed.Ok<>(text, text);
      };

  private static EventGraph<String> graph() {
    return EventGraph.reading("in", () -> ID_IS_VALUE)
        .output("out", Map.of(), new StringSerializer(), new StringSerializer());
  }

  @Test
  void eachRecordEndsInOneOfTheGraphsTopicsAndIsCounted(@TempDir Path stateDir) {
    Properties settings = new Properties();
    settings.put("application.id", "graph");
    settings.put("bootstrap.servers", "unused:1");
    settings.put("state.dir", stateDir.toString());
    try (var driver =
        new TopologyTestDriver(
            graph()
                .build(
                    new DedupeConfig(DedupeConfig.FOREVER, 0),
                    () ->
                        event ->
                            Decision.applied(List.of(new Effect.Emit("out", "k", event.value())))),
            settings)) {
      var in = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
      in.pipeValueList(List.of("a", "a", "", "b"));

      assertThat(read(driver, "out")).containsExactly("a", "b");
      assertThat(read(driver, "in-dlq")).containsExactly("");
      assertThat(driver.<Integer, Tally>getKeyValueStore("in-verdicts").get(0))
          .isEqualTo(new Tally(4, 2, 0, 1, 0, 1, 4));
    }
  }

  @Test
  void theTopicsAreThoseThatTheGraphReadsAndWrites() {
    assertThat(graph().topics().stream().map(JobTopic::name))
        .containsExactly("in", "out", "in-quarantine", "in-dlq");
  }

  /** A second run of the job must not write into what the live one writes. */
  @Test
  void eachTopicThatIsWrittenHasTheSuffixAndNothingElseIsRenamed() {
    Map<String, String> second = Map.of(OutputTopics.SUFFIX, ".r7");

    for (EventGraph<String> graph : List.of(graph(), graph().repartitionedByEventId())) {
      String live = graph.build(Map.of(), () -> null).describe().toString();
      String copy = graph.build(second, () -> null).describe().toString();

      assertThat(live).contains("topic: out)", "topic: in-dlq)", "topic: in-quarantine)");
      assertThat(
              copy.replace("topic: out.r7)", "topic: out)").replaceAll("in-(\\w+)\\.r7", "in-$1"))
          .isEqualTo(live);
      assertThat(copy).doesNotContain("topic: out)", "topic: in-dlq)", "topic: in-quarantine)");
    }
  }

  private static List<String> read(TopologyTestDriver driver, String topic) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new StringDeserializer())
        .readValuesToList();
  }
}
