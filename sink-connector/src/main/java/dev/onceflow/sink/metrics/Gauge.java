package dev.onceflow.sink.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A figure that can be read at any time, from any thread.
 *
 * @param name as Kafka names metrics: lower case, with hyphens
 * @param description what it says, with its unit
 * @param tags what it is about, such as a table; may be empty
 */
record Gauge(
    String name, String description, Map<String, String> tags, Supplier<? extends Number> value) {

  /** Copies its tags, in their order. */
  Gauge {
    tags = new LinkedHashMap<>(tags);
  }
}
