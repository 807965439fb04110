package dev.onceflow.sink.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * What one task counts and measures. Counting is thread-safe and never fails; figures of partitions
 * are added and removed by Connect's thread.
 */
public final class SinkMetrics implements AutoCloseable {
  private final List<Exporter> exporters = new ArrayList<>();
  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
  private final Map<TopicPartition, List<Gauge>> partitions = new HashMap<>();
  private final LatencyHistogram commitLatency = new LatencyHistogram();
  private volatile long lastBatchRecords;

  /**
   * Shows figures for a task.
   *
   * @param task a name that no other task in this process has
   */
  public SinkMetrics(SinkTaskContext context, String task) {
    PluginMetricsExporter.of(context).ifPresent(exporters::add);
    exporters.add(new JmxExporter(task));
    counter("records-total", "records whose effects, or rejection, were committed", Map.of());
    counter("batches-total", "database transactions that were committed", Map.of());
    add("batch-records-last", "records in the last batch", Map.of(), () -> lastBatchRecords);
    for (int percent : new int[] {50, 95, 99}) {
      add(
          "commit-latency-ms-p" + percent,
          "milliseconds from the beginning of a batch's transaction to its commit, percentile",
          Map.of(),
          () -> commitLatency.percentileMs(percent / 100.0));
    }
  }

  /** A batch was committed. */
  public void committed(int records, long durationMs) {
    count("records-total", Map.of(), records);
    count("batches-total", Map.of(), 1);
    lastBatchRecords = records;
    commitLatency.record(durationMs);
  }

  /** A batch's rows took effect in a table, or were known already. */
  public void applied(String table, String effect, long rows, long duplicates) {
    Map<String, String> tags = Map.of("table", table, "effect", effect);
    if (rows > 0) {
      count("rows-total", tags, rows);
    }
    if (duplicates > 0) {
      count("duplicates-total", tags, duplicates);
    }
  }

  /**
   * A record was rejected.
   *
   * @param reason one of few words
   */
  public void rejected(String reason) {
    count("rejected-total", Map.of("reason", reason), 1);
  }

  /** The database was in trouble, and the same work is tried again. */
  public void retried(String sqlState) {
    count("retries-total", Map.of("sqlstate", sqlState), 1);
  }

  private void count(String name, Map<String, String> tags, long more) {
    LongAdder adder = counters.get(key(name, tags));
    if (adder == null) {
      adder = counter(name, "counted since the task's start", tags);
    }
    adder.add(more);
  }

  private synchronized LongAdder counter(
      String name, String description, Map<String, String> tags) {
    return counters.computeIfAbsent(
        key(name, tags),
        key -> {
          LongAdder adder = new LongAdder();
          add(name, description, tags, adder::sum);
          return adder;
        });
  }

  private static String key(String name, Map<String, String> tags) {
    return tags.isEmpty() ? name : name + tags;
  }

  /** Shows a partition's fence while it is assigned. */
  public void open(
      TopicPartition partition, LongSupplier epoch, LongSupplier fence, LongSupplier taken) {
    close(partition);
    Map<String, String> tags =
        Map.of("topic", partition.topic(), "partition", Integer.toString(partition.partition()));
    partitions.put(
        partition,
        List.of(
            add("fence-epoch", "in which epoch this task owns it", tags, epoch::getAsLong),
            add("fence-offset", "up to which offset effects are committed", tags, fence::getAsLong),
            add(
                "fence-lag",
                "offsets that were taken from Kafka and whose effects aren't committed yet",
                tags,
                () -> Math.max(0, taken.getAsLong() - fence.getAsLong()))));
  }

  /** Shows a partition's fence no more. */
  public void close(TopicPartition partition) {
    List<Gauge> gauges = partitions.remove(partition);
    if (gauges != null) {
      gauges.forEach(gauge -> exporters.forEach(exporter -> exporter.remove(gauge)));
    }
  }

  private Gauge add(
      String name, String description, Map<String, String> tags, Supplier<? extends Number> value) {
    Gauge gauge = new Gauge(name, description, new java.util.TreeMap<>(tags), value);
    synchronized (exporters) {
      exporters.forEach(exporter -> exporter.add(gauge));
    }
    return gauge;
  }

  @Override
  public void close() {
    synchronized (exporters) {
      exporters.forEach(Exporter::close);
    }
  }
}
