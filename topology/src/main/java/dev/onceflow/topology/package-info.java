/**
 * The payments job as one topology: {@code PaymentsTopology} is the whole graph, in the order in
 * which a record meets it. The rules are in {@code payments}, which knows neither Kafka nor
 * Streams.
 */
package dev.onceflow.topology;
