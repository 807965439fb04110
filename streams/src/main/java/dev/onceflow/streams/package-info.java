/** What every exactly-once Kafka Streams job needs. */
package dev.onceflow.streams;
