package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.sink.batch.Delivery;
import dev.onceflow.sink.batch.DeliveryOptions;
import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.fence.KafkaTroubleException;
import dev.onceflow.sink.fence.LogState;
import dev.onceflow.sink.fence.TopicLog;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offsets that are missing since records expired unread are refused, whatever goes wrong first. */
class MissingOffsetsIT {
  private static final String FENCE = "SELECT next_offset FROM onceflow.fence";

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final TestingTopic entries = new TestingTopic("ledger-entries", 0);
  private final Log log = new Log();
  private TestingWorker worker;

  @BeforeEach
  void tenRecordsAreApplied() {
    postgres.execute(Payments.TABLES);
    Map<String, String> config = Payments.config(postgres.url());
    config.put("retry.backoff.ms", "10");
    worker = new TestingWorker(new Task(log), config, 1000);
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

  /** A log that begins where the test says. */
  private static final class Log implements TopicLog {
    private long start;
    private int failures;

    @Override
    public Map<TopicPartition, LogState> describe(Collection<TopicPartition> partitions) {
      Map<TopicPartition, LogState> all = new HashMap<>();
      partitions.forEach(
          p -> all.put(p, new LogState(new UUID(1, 1), start, 1000, Optional.empty())));
      return all;
    }

    @Override
    public Future<Map<TopicPartition, Long>> startOffsets(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Long> all = new HashMap<>();
      partitions.forEach(partition -> all.put(partition, start));
      return CompletableFuture.completedFuture(all);
    }

    @Override
    public <T> T await(Future<T> answer) {
      if (failures-- > 0) {
        throw new KafkaTroubleException(new TimeoutException("no broker answers"));
      }
      try {
        return answer.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public OptionalLong keptMs(String topic) {
      return OptionalLong.empty();
    }

    @Override
    public void close() {}
  }

  private static final class Task extends SinkTask {
    private final Log log;
    private Delivery delivery;

    Task(Log log) {
      this.log = log;
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public void start(Map<String, String> props) {
      DeliveryOptions options = OnceflowSinkConfig.of(props).deliveryOptions();
      delivery =
          new Delivery(
              options.withTopicLog(log), new ExactlyOnce(), context, InstantSource.system());
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
      delivery.open(partitions);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
      delivery.close(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
      delivery.put(records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(
        Map<TopicPartition, OffsetAndMetadata> current) {
      return delivery.committed(current);
    }

    @Override
    public void stop() {
      delivery.stop();
    }
  }
}
