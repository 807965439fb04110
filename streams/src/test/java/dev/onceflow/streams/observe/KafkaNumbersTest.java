package dev.onceflow.streams.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class KafkaNumbersTest {
  private final Map<MetricName, Metric> metrics = new HashMap<>();
  private final KafkaNumbers numbers = new KafkaNumbers(() -> metrics);

  @Test
  void gaugesAreAddedUpAndThoseWithoutAValueLeftOut() {
    put("lag", "a", 3);
    put("lag", "b", 4);
    put("lag", "c", Double.NaN);
    put("other", "a", 100);

    assertThat(numbers.sum("group", "lag")).isEqualTo(7);
  }

  @Test
  void aTotalNeverGoesDownWhateverCountersDo() {
    put("total", "task-1", 10);
    put("total", "task-2", 5);
    assertThat(numbers.total("group", "total")).isEqualTo(15);

    metrics.remove(name("total", "task-1"));
    put("total", "task-2", 7);
    assertThat(numbers.total("group", "total")).isEqualTo(17);

    // The task is back and begins again at 0.
    put("total", "task-1", 2);
    assertThat(numbers.total("group", "total")).isEqualTo(19);
  }

  @Test
  void whatAStandbyHasToCatchUpWithDoesNotWaitForTheJob() {
    lag("job-StreamThread-1-consumer", 3);
    lag("job-StreamThread-1-restore-consumer", 1_000_000);
    lag("job-StreamThread-2-consumer", 4);

    assertThat(Health.waiting(numbers)).isEqualTo(7);
  }

  private void lag(String client, double records) {
    put(
        new MetricName(
            "records-lag", "consumer-fetch-manager-metrics", "", Map.of("client-id", client)),
        records);
  }

  private void put(String name, String task, double value) {
    put(name(name, task), value);
  }

  private void put(MetricName key, double value) {
    metrics.put(
        key,
        new Metric() {
          @Override
          public MetricName metricName() {
            return key;
          }

          @Override
          public Object metricValue() {
            return value;
          }
        });
  }

  private static MetricName name(String name, String task) {
    return new MetricName(name, "group", "", Map.of("task", task));
  }
}
