/**
 * Tests of exactly-once jobs. One test, written against {@link
 * dev.onceflow.testkit.job.JobUnderTest}, runs in Kafka's test driver and, in a subclass with
 * {@link dev.onceflow.testkit.RealBroker}, on a real broker, with kill and restart on both. {@code
 * record} has what can happen to records on their way.
 */
package dev.onceflow.testkit;
