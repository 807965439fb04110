package dev.onceflow.sink.metrics;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One MBean for each gauge: {@code dev.onceflow.sink:type=...,task=...}. */
final class JmxExporter implements Exporter {
  private static final Logger LOG = LoggerFactory.getLogger(JmxExporter.class);

  /** What JMX asks for; its only attribute is {@code Value}. */
  public interface FigureMBean {
    /** The figure now. */
    Number getValue();
  }

  /** The gauge as JMX wants it. */
  public static final class Figure implements FigureMBean {
    private final Gauge gauge;

    Figure(Gauge gauge) {
      this.gauge = gauge;
    }

    @Override
    public Number getValue() {
      return gauge.value().get();
    }
  }

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final String task;
  private final Map<Gauge, ObjectName> names = new HashMap<>();

  JmxExporter(String task) {
    this.task = task;
  }

  @Override
  public void add(Gauge gauge) {
    try {
      ObjectName name = nameOf(gauge);
      server.registerMBean(new Figure(gauge), name);
      names.put(gauge, name);
    } catch (JMException e) {
      // Metrics must not stop effects.
      LOG.warn("metric {} can't be shown by JMX", gauge.name(), e);
    }
  }

  private ObjectName nameOf(Gauge gauge) throws JMException {
    String tags =
        gauge.tags().entrySet().stream()
            .map(tag -> "," + tag.getKey() + "=" + ObjectName.quote(tag.getValue()))
            .collect(Collectors.joining());
    return new ObjectName(
        "dev.onceflow.sink:task=" + ObjectName.quote(task) + ",name=" + gauge.name() + tags);
  }

  @Override
  public void remove(Gauge gauge) {
    ObjectName name = names.remove(gauge);
    try {
      if (name != null) {
        server.unregisterMBean(name);
      }
    } catch (JMException e) {
      LOG.debug("metric {} was not there", name, e);
    }
  }

  @Override
  public void close() {
    Map.copyOf(names).keySet().forEach(this::remove);
  }
}
