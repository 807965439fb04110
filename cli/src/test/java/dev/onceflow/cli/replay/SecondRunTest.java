package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.topology.PaymentsTopology;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** How a job is run a second time. */
class SecondRunTest {
  private static final PaymentsTopology PAYMENTS = new PaymentsTopology();
  private static final List<Range> INPUTS = List.of(TestingSink.range("payments", 0, 0, 20));

  private static SecondRun run(Map<String, Object> changes) {
    Map<String, Object> settings =
        new HashMap<>(
            Map.of(
                "application.id", "shop",
                "bootstrap.servers", "kafka:9092",
                "schema.registry.url", "http://registry:8081",
                "state.dir", "/var/lib/shop"));
    settings.putAll(changes);
    return SecondRun.of(
        new LiveJob(PAYMENTS, JobConfig.of(settings, PAYMENTS)),
        "7",
        Optional.of(Path.of("/scratch")));
  }

  @Test
  void nothingIsSharedWithTheLiveInstance() {
    JobConfig config =
        run(Map.of(
                "http.port", "8080",
                "client.id", "shop-1",
                "group.instance.id", "shop-1",
                "topics.create", "true",
                "security.protocol", "SSL",
                "preflight.accept", "dedupe.horizon"))
            .config(INPUTS, new InputPace(), Optional.of(50L));

    assertThat(config.applicationId()).isEqualTo("shop.r7");
    assertThat(config.stateDir()).isEqualTo(Path.of("/scratch/onceflow-shop.r7"));
    assertThat(config.httpPort()).isEmpty();
    assertThat(config.topicsCreate()).isFalse();
    assertThat(config.given())
        .doesNotContainKeys("client.id", "group.instance.id")
        .containsEntry("security.protocol", "SSL");
    assertThat(config.preflightAccept()).containsExactly("dedupe.horizon", "state.dir");
  }

  @Test
  void itsConsumersEndAndNoOthers() {
    StreamsConfig streams =
        run(Map.of()).config(INPUTS, new InputPace(), Optional.of(50L)).streams();

    assertThat(streams.getMainConsumerConfigs("shop.r7", "client", 0))
        .containsEntry("interceptor.classes", InputEnd.class.getName())
        .containsEntry(InputEnd.ENDS, "payments:0=20")
        .containsEntry("max.poll.records", "50")
        .hasEntrySatisfying(InputEnd.PACE, pace -> assertThat(pace).isInstanceOf(InputPace.class));
    assertThat(streams.getRestoreConsumerConfigs("client")).doesNotContainKey(InputEnd.ENDS);
  }

  @Test
  void itWritesTopicsOfItsOwnThatKeepEverything() {
    TopologyFactory renamed = run(Map.of()).factory();

    assertThat(renamed.topics().stream().map(JobTopic::name))
        .containsExactly(
            "payments",
            "ledger-entries.r7",
            "account-balances.r7",
            "merchant-daily-totals.r7",
            "payments-rejected.r7",
            "payments-quarantine.r7",
            "payments-dlq.r7");
    assertThat(renamed.topics())
        .filteredOn(topic -> topic.role() != JobTopic.Role.INPUT)
        .allSatisfy(
            topic ->
                assertThat(topic.settings())
                    .containsEntry("cleanup.policy", "delete")
                    .containsEntry("retention.ms", "-1"));
    assertThat(
            renamed
                .build(run(Map.of()).config(INPUTS, new InputPace(), Optional.empty()).effective())
                .describe()
                .toString())
        .contains("topic: account-balances.r7)");
  }

  @Test
  void itsRowNamesAllThatMustBeTakenAway() {
    JsonNode noted = run(Map.of()).json(INPUTS, InputRanges.of(INPUTS), false);

    assertThat(noted.path("application_id").asText()).isEqualTo("shop.r7");
    assertThat(noted.path("state_dir").asText()).isEqualTo("/scratch/onceflow-shop.r7");
    assertThat(noted.path("outputs")).hasSize(6);
    assertThat(noted.path(SecondRun.EMITTED)).hasSameSizeAs(INPUTS);
    assertThat(noted.path("internal"))
        .extracting(JsonNode::asText)
        .contains("shop.r7-balances-changelog");
    assertThat(noted.path("graph").asText()).isEqualTo(run(Map.of()).fingerprint());
  }
}
