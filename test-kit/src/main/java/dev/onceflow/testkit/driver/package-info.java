/** A job in Kafka's {@code TopologyTestDriver}, which here can be started again on its state. */
package dev.onceflow.testkit.driver;
