package dev.onceflow.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.runtime.StreamsJob;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

/** The topology's shape, against that which last committed. */
class PreflightShapeIT {
  private final TestingPreflight preflight = new TestingPreflight();
  private final TestingJob job = preflight.job;
  private final Map<String, Object> settings = preflight.settings;
  private final TestingTopics topics = new TestingTopics();

  @Test
  void aTopologyThatLostAStoreSinceItLastCommittedIsNamed() throws Exception {
    topics.create(job.topics());
    preflight.preflight().keptShape().keep();
    assertThat(preflight.statusOf("topology.compatible")).isEqualTo(Finding.Status.HELD);

    job.store = "totals";

    assertThat(preflight.violation("topology.compatible").set())
        .isEqualTo("store sums is gone, with what it remembers");
  }

  @Test
  void aTopologyThatDiedBeforeItCommittedIsNotInTheWayOfTheEarlierOne() throws Exception {
    topics.create(job.topics());
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    settings.put("restarts.max", "0");
    // The earlier topology counts a record: its state is in store "sums".
    preflight.runUntilCommitted();

    // The next one adds a store and fails at its first record, before anything is committed.
    job.added = "more";
    job.failure = Optional.of("a bug in the new version");
    try (StreamsJob next = new StreamsJob(job, preflight.config())) {
      next.start();
      topics.send(job.input(), 0, "k");
      assertThat(next.await()).isEqualTo(StreamsJob.Ending.FAILED);
    }

    // The roll back starts, and counts the record that the other one failed at.
    job.added = null;
    assertThat(preflight.statusOf("topology.compatible")).isEqualTo(Finding.Status.HELD);
    preflight.runUntilCommitted();

    // The control: one that commits is in the way, since its store would be lost.
    job.added = "more";
    job.failure = Optional.empty();
    preflight.runUntilCommitted();
    job.added = null;
    assertThat(preflight.violation("topology.compatible").set())
        .isEqualTo("store more is gone, with what it remembers");
  }

  @Test
  void aStoreWithoutANameIsNamed() throws Exception {
    topics.create(job.topics());
    job.store = null;

    assertThat(preflight.violation("names.explicit").set())
        .startsWith("generated: store KSTREAM-AGGREGATE");
  }
}
