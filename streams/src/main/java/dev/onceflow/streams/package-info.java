/**
 * What every exactly-once Kafka Streams job needs, without a domain: {@code runtime} runs it,
 * {@code route} parses and sets aside, {@code dedupe} decides each event ID once, {@code verdict}
 * counts what became of every record, {@code graph} puts these together as most jobs need them.
 */
package dev.onceflow.streams;
