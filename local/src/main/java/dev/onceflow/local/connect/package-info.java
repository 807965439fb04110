/**
 * A Kafka Connect worker on this machine, and the settings with which its connectors read Avro that
 * our serdes wrote.
 */
package dev.onceflow.local.connect;
