/**
 * Apache Kafka on one node or several: each a KRaft broker and controller in one child JVM. The
 * classes that start it are no public API of Kafka, so they are known here alone.
 */
package dev.onceflow.local.kafka;
