package dev.onceflow.verification.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where a sink without a fence begins, and that the group's offsets say nothing any more after
 * that.
 */
class FirstStartIT extends OneWorkerCase {
  FirstStartIT() {
    super(ConnectVersion.BUILT_AGAINST);
  }

  @ParameterizedTest
  @CsvSource({"earliest, 0", "latest, 1000", "group, 400", "%s:0=250, 250"})
  void fenceInitialSaysWhereToBegin(String initial, long first) throws Exception {
    SinkRun run = run(1);
    run.produce(1_000);
    run.moveGroupTo(400); // As another sink with this consumer group left it.
    run.expectOnlyFrom(first);
    Map<String, String> changes = Map.of("fence.initial", initial.formatted(run.name()));

    run.start(changes);
    run.awaitFence(1);
    run.produce(500);
    run.awaitExactlyOnce();

    worker().stopConnector(run.name());
    run.moveGroupTo(0);
    run.produce(500);
    worker().resumeConnector(run.name());
    run.awaitExactlyOnce();
  }

  @Test
  void groupWithCommitsAndNoFenceInitialStopsAndAsks() throws Exception {
    SinkRun run = run(1);
    run.produce(1_000);
    run.moveGroupTo(400);

    worker().putConnector(run.name(), run.config(Map.of()));

    assertThat(worker().awaitFailure(run.name()))
        .contains(run.name() + "-0", "committed offset 400", "fence.initial", "onceflow fence");
    assertThat(run.applied()).isZero();

    run.expectOnlyFrom(400);
    worker().putConnector(run.name(), run.config(Map.of("fence.initial", "group")));
    run.awaitExactlyOnce();
  }

  @Test
  void topicThatIsKeptForLongerThanItsEventsAreRememberedIsWarnedOf() throws Exception {
    SinkRun longer = run(1, Map.of("retention.ms", "1209600000", "segment.ms", "604800000"));
    SinkRun alike = run(1, Map.of("retention.ms", "604800000", "segment.ms", "604800000"));
    for (SinkRun run : List.of(longer, alike)) {
      run.start();
      run.produce(10);
      run.awaitExactlyOnce();
    }

    assertThat(Files.readString(folder().resolve("connect-0").resolve("connect.log")))
        .contains(
            "topic "
                + longer.name()
                + " may keep its records for PT505H (retention.ms and segment.ms), event IDs are"
                + " remembered for PT360H")
        .doesNotContain("topic " + alike.name() + " may keep");
  }
}
