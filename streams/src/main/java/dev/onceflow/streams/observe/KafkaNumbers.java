package dev.onceflow.streams.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Sums over Kafka's own metrics. Counters of threads and tasks come and go with these; {@link
 * #total} never goes down all the same, since what a counter had counted stays counted.
 * Thread-safe.
 */
final class KafkaNumbers {
  private final Supplier<Map<MetricName, ? extends Metric>> metrics;
  private final Map<String, Long> totals = new HashMap<>();
  private final Map<MetricName, Long> last = new HashMap<>();

  KafkaNumbers(Supplier<Map<MetricName, ? extends Metric>> metrics) {
    this.metrics = metrics;
  }

  /** The sum of gauges as they are now. */
  double sum(String group, String name) {
    return sum(group, name, metric -> true);
  }

  /** The sum of some gauges as they are now. */
  double sum(String group, String name, Predicate<MetricName> which) {
    double sum = 0;
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.get().entrySet()) {
      if (is(metric.getKey(), group, name)
          && which.test(metric.getKey())
          && metric.getValue().metricValue() instanceof Number number
          && !Double.isNaN(number.doubleValue())) {
        sum += number.doubleValue();
      }
    }
    return sum;
  }

  /** What counters have counted since the start of the process, as seen at each call. */
  synchronized long total(String group, String name) {
    long total = totals.getOrDefault(group + name, 0L);
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.get().entrySet()) {
      if (is(metric.getKey(), group, name)
          && metric.getValue().metricValue() instanceof Number number) {
        long now = number.longValue();
        long before = last.getOrDefault(metric.getKey(), 0L);
        // A counter that went down began again at 0.
        total += now >= before ? now - before : now;
        last.put(metric.getKey(), now);
      }
    }
    totals.put(group + name, total);
    return total;
  }

  private static boolean is(MetricName metric, String group, String name) {
    return metric.group().equals(group) && metric.name().equals(name);
  }
}
