package dev.onceflow.streams.route;

import org.apache.kafka.common.header.Headers;

/**
 * An input record that could be read, together with the record as it came.
 *
 * @param id the event ID
 * @param value what the record says
 * @param timeMs when it happened, as {@link Parsed.Ok} has it; {@link Parsed#NO_TIME} if unknown
 * @param rawKey the record's key, byte for byte; may be null
 * @param rawValue the record's value, byte for byte
 * @param headers the record's headers, not to be changed
 * @param arrivalMs the record's Kafka timestamp
 * @param at where the record lies
 * @param <V> what events say
 */
// A carrier between two nodes of one task, never compared: arrays are fine.
@SuppressWarnings("ArrayRecordComponent")
public record Event<V>(
    String id,
    V value,
    long timeMs,
    byte[] rawKey,
    byte[] rawValue,
    Headers headers,
    long arrivalMs,
    Coordinates at) {}
