/**
 * The domain: which events are valid, what a payment allows in which state, what is posted to the
 * ledger. Pure functions of their arguments; knows neither Kafka nor Streams.
 */
package dev.onceflow.topology.payments;
