package dev.onceflow.sink.metrics;

/** Shows gauges outside the task. */
interface Exporter extends AutoCloseable {
  /** Shows one more. */
  void add(Gauge gauge);

  /** Shows it no more. */
  void remove(Gauge gauge);

  @Override
  void close();
}
