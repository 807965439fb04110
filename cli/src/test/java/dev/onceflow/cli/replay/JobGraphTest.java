package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.topology.PaymentsTopology;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.junit.jupiter.api.Test;

/** Which topologies can be run a second time beside the live one. */
class JobGraphTest {
  private static final Map<String, Object> SETTINGS =
      Map.of("schema.registry.url", "http://127.0.0.1:1", "topics.suffix", ".r7");

  private record OwnJob(Consumer<StreamsBuilder> graph) implements TopologyFactory {
    @Override
    public String name() {
      return "own";
    }

    @Override
    public Topology build(Map<String, ?> config) {
      StreamsBuilder builder = new StreamsBuilder();
      graph.accept(builder);
      return builder.build();
    }

    @Override
    public List<JobTopic> topics() {
      return List.of(new JobTopic("in", JobTopic.Role.INPUT, Map.of()));
    }
  }

  private static JobGraph graph(TopologyFactory job) {
    return JobGraph.of(job, job.build(SETTINGS), "app.r7", ".r7");
  }

  private static JobGraph graph(Consumer<StreamsBuilder> graph) {
    return graph(new OwnJob(graph));
  }

  @Test
  void paymentsCanBeRunASecondTime() {
    JobGraph payments = graph(new PaymentsTopology());

    assertThat(payments.refusals()).isEmpty();
    assertThat(payments.inputs()).containsExactly("payments");
    assertThat(payments.readBack()).containsExactly("ledger-entries.r7");
    assertThat(payments.internal())
        .containsExactly(
            "app.r7-balances-changelog",
            "app.r7-daily-totals-changelog",
            "app.r7-payment-states-changelog",
            "app.r7-payments-memory-buckets-changelog",
            "app.r7-payments-memory-changelog",
            "app.r7-verdicts-changelog");
  }

  @Test
  void jobThatWouldWriteIntoALiveTopicIsRefusedByTheNameOfItsNode() {
    assertThat(graph(builder -> builder.stream("in").to("out")).refusals())
        .singleElement()
        .asString()
        .contains("would write into the live topic out", "OutputTopics.name(config, topic)");
  }

  @Test
  void jobThatReadsALiveOutputAgainIsRefused() {
    assertThat(
            graph(
                    builder -> {
                      builder.stream("in").to("out.r7");
                      builder.stream("out").to("more.r7");
                    })
                .refusals())
        .singleElement()
        .asString()
        .contains("reads topic out", "JobTopic.Role.INPUT");
  }

  @Test
  void liveTopicIsNotTakenForARepartitionTopicByItsName() {
    assertThat(graph(builder -> builder.stream("in").to("out-repartition")).refusals())
        .singleElement()
        .asString()
        .contains("would write into the live topic out-repartition");
  }

  @Test
  void whatCannotBeToldIsRefused() {
    assertThat(graph(builder -> builder.stream("in").to((key, value, context) -> "out")).refusals())
        .singleElement()
        .asString()
        .contains("chooses its topic for each record");
    assertThat(graph(builder -> builder.stream(Pattern.compile("in.*")).to("out.r7")).refusals())
        .singleElement()
        .asString()
        .contains("by a pattern");
    assertThat(
            graph(
                    builder -> {
                      builder.globalTable(
                          "in",
                          Consumed.with(Serdes.String(), Serdes.String()),
                          Materialized.as("table"));
                      builder.stream("in2").to("out.r7");
                    })
                .refusals())
        .anyMatch(refusal -> refusal.contains("global table"));
  }

  @Test
  void repartitionTopicsAreItsOwn() {
    JobGraph graph =
        graph(
            builder ->
                builder.stream("in", Consumed.with(Serdes.String(), Serdes.String()))
                    .repartition(
                        Repartitioned.<String, String>as("by-id")
                            .withKeySerde(Serdes.String())
                            .withValueSerde(Serdes.String()))
                    .to("out.r7"));

    assertThat(graph.refusals()).isEmpty();
    assertThat(graph.readBack()).containsExactly("app.r7-by-id-repartition");
    assertThat(graph.internal()).containsExactly("app.r7-by-id-repartition");
  }
}
