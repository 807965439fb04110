/**
 * Runs an exactly-once Kafka Streams job: the checks before it starts, its life and its end. Knows
 * nothing of what a topology does.
 */
package dev.onceflow.streams.runtime;
