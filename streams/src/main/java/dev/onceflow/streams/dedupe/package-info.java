/**
 * Each event ID takes effect once: what was decided about it is remembered in the Kafka transaction
 * of its effects. Knows {@code route} and {@code verdict}; knows no domain.
 */
package dev.onceflow.streams.dedupe;
