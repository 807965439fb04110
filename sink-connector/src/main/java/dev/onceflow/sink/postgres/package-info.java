/**
 * PostgreSQL as the sink needs it: connections, the catalogue, binary COPY, the sink's own tables.
 * Knows nothing of Kafka.
 */
package dev.onceflow.sink.postgres;
