package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.runtime.StreamsJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedTopologyIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int RECORDS = 100;

  @TempDir private Path folder;

  @Test
  void changeThatKeepsStateIsAcceptedAndOneThatLosesItIsRefusedWithTheReason() throws Exception {
    CountingTopology moreState = new CountingTopology("counts", List.of("latest"));
    CountingTopology renamedState = new CountingTopology("counters", List.of("latest"));
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        CountingRun run = new CountingRun(kafka, folder.resolve("state"))) {
      process(run, CountingTopology.first());
      // State: the key was counted to 100.

      process(run, moreState);
      // Output: 101 follows on 100, so the new topology has the state of the old one.
      assertThat(run.committed()).isEqualTo(run.expected());

      try (StreamsJob refused = run.job(renamedState, Map.of())) {
        assertThatThrownBy(refused::start)
            .isInstanceOf(JobException.class)
            .hasMessageContainingAll(
                "topology.compatible", "store counts is gone, with what it remembers");
      }
      // Output, state and the shape in the state directory are as they were.
      process(run, moreState);
      assertThat(run.committed()).isEqualTo(run.expected());
    }
  }

  /** The control: what the rule prevents, where its violation is accepted by name. */
  @Test
  void acceptedByNameTheSameChangeCountsFromOneAgain() throws Exception {
    CountingTopology renamedState = new CountingTopology("counters", List.of());
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), FreePort.ANY);
        CountingRun run = new CountingRun(kafka, folder.resolve("state"))) {
      process(run, CountingTopology.first());

      process(run, renamedState, Map.of("preflight.accept", "state.dir,topology.compatible"));

      assertThat(run.committed())
          .hasSize(2 * RECORDS)
          .isNotEqualTo(run.expected())
          .contains((RECORDS + 1) + " is number 1");
    }
  }

  private static void process(CountingRun run, CountingTopology topology)
      throws InterruptedException {
    process(run, topology, Map.of());
  }

  /** Starts a job, gives it records, and ends it when all of them are committed. */
  private static void process(
      CountingRun run, CountingTopology topology, Map<String, String> changes)
      throws InterruptedException {
    try (StreamsJob job = run.job(topology, changes)) {
      job.start();
      assertThat(job.awaitRunning(SOON)).isTrue();
      for (int i = 0; i < RECORDS; i++) {
        run.send();
      }
      run.flush();
      int all = run.expected().size();
      await().atMost(SOON).until(() -> run.committed().size() == all);
      assertThat(job.failure()).isEmpty();
    }
  }
}
