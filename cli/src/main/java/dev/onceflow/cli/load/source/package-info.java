/**
 * What can be loaded: a source of payments, and what it says of each of its lines. Knows neither
 * files nor Kafka.
 */
package dev.onceflow.cli.load.source;
