package dev.onceflow.sink.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connect's own metrics (KIP-877), there from Connect 4.1 on. */
final class PluginMetricsExporter implements Exporter {
  private static final Logger LOG = LoggerFactory.getLogger(PluginMetricsExporter.class);

  private final PluginMetrics metrics;
  private final Map<Gauge, MetricName> names = new HashMap<>();

  private PluginMetricsExporter(PluginMetrics metrics) {
    this.metrics = metrics;
  }

  /** The worker's, or empty where it has none. */
  static Optional<Exporter> of(SinkTaskContext context) {
    try {
      return Optional.ofNullable(context.pluginMetrics()).map(PluginMetricsExporter::new);
    } catch (LinkageError | UnsupportedOperationException olderWorker) {
      return Optional.empty();
    }
  }

  @Override
  public void add(Gauge gauge) {
    MetricName name =
        metrics.metricName(gauge.name(), gauge.description(), new LinkedHashMap<>(gauge.tags()));
    try {
      metrics.addMetric(
          name,
          (org.apache.kafka.common.metrics.Gauge<Number>) (config, now) -> gauge.value().get());
      names.put(gauge, name);
    } catch (IllegalArgumentException e) {
      // A task that doesn't stop in time (its brokers are away) is given up by its worker, which
      // starts the next one beside it: the old one's metrics are still there. Metrics must not stop
      // effects.
      LOG.warn("metric {} can't be shown by Connect: {}", gauge.name(), e.getMessage());
    }
  }

  @Override
  public void remove(Gauge gauge) {
    MetricName name = names.remove(gauge);
    if (name != null) {
      metrics.removeMetric(name);
    }
  }

  /** The worker removes what a task has added. */
  @Override
  public void close() {}
}
