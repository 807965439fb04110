package dev.onceflow.sink.metrics;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {
  /** A task that did not stop in time is given up by its worker, and its metrics stay. */
  @Test
  void aTaskStartsBesideTheOneThatItsWorkerGaveUp() {
    Set<MetricName> shownByTheWorker = new HashSet<>();
    TopicPartition partition = new TopicPartition("orders", 0);
    try (SinkMetrics givenUp = new SinkMetrics(context(shownByTheWorker), "sink-0")) {
      givenUp.open(partition, () -> 1, () -> 2, () -> 3);

      assertThatCode(
              () -> {
                try (SinkMetrics next = new SinkMetrics(context(shownByTheWorker), "sink-0")) {
                  next.open(partition, () -> 2, () -> 2, () -> 3);
                  next.retried("08006");
                  next.close(partition);
                }
              })
          .doesNotThrowAnyException();
    }
  }

  private static SinkTaskContext context(Set<MetricName> shown) {
    TestingPluginMetrics metrics = new TestingPluginMetrics(shown);
    return (SinkTaskContext)
        Proxy.newProxyInstance(
            SinkMetricsTest.class.getClassLoader(),
            new Class<?>[] {SinkTaskContext.class},
            (proxy, method, arguments) -> metrics);
  }

  /** As Connect's: one registry for all tasks of a worker, which refuses a name it has. */
  private record TestingPluginMetrics(Set<MetricName> shown) implements PluginMetrics {
    @Override
    public MetricName metricName(
        String name, String description, LinkedHashMap<String, String> tags) {
      return new MetricName(name, "plugins", description, Map.copyOf(tags));
    }

    @Override
    public void addMetric(MetricName name, MetricValueProvider<?> value) {
      if (!shown.add(name)) {
        throw new IllegalArgumentException("A metric named '" + name + "' already exists");
      }
    }

    @Override
    public void removeMetric(MetricName name) {
      shown.remove(name);
    }

    @Override
    public Sensor addSensor(String name) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public void removeSensor(String name) {
      throw new UnsupportedOperationException(name);
    }
  }
}
