package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offsets that are missing since records expired unread are refused, whatever goes wrong first. */
class MissingOffsetsIT {
  private static final String FENCE = "SELECT next_offset FROM onceflow.fence";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);
  private final TestingLog log = new TestingLog();
  private TestingWorker worker;

  @BeforeEach
  void tenRecordsAreApplied() {
    postgres.execute(Payments.TABLES);
    Map<String, String> config = Payments.config(postgres.url());
    config.put("retry.backoff.ms", "10");
    worker = new TestingWorker(new TestingLogTask(log, InstantSource.system()), config, 1000);
    worker.assign(Map.of(entries, 0L));
    append(10);
    worker.drain();
    entries.gap(10);
    append(10);
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      entries.append("k", Payments.entry(entries.end(), 1, 100));
    }
  }

  private void assertRefused() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 5; i++) {
                worker.step();
              }
            })
        .hasMessageContaining("records expired unread: offset 10 was next, the log begins at 20");
    assertThat(postgres.query(FENCE)).isEqualTo("10");
  }

  @Test
  void gapThatCompactionMadeIsPassedOver() {
    worker.drain();

    assertThat(postgres.query(FENCE)).isEqualTo("30");
  }

  @Test
  void gapThatRetentionMadeIsRefused() {
    log.start = 20;

    assertRefused();
  }

  @Test
  void gapIsStillSeenAfterTroubleWithKafka() {
    log.start = 20;
    log.failures = 1;

    assertRefused();
  }

  @Test
  void gapIsStillSeenAfterTroubleWithTheDatabase() {
    log.start = 20;
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

    assertRefused();
  }
}
