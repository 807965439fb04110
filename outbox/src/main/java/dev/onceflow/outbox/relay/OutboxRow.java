package dev.onceflow.outbox.relay;

import java.time.Instant;
import java.util.Map;

/**
 * An event as it was enqueued.
 *
 * @param seq its number in its shard
 * @param key what its topic's records are keyed by
 * @param type what kind of event it is, or null
 * @param payload the value's bytes, or null for none; JSON where {@code isJson}
 * @param headers further headers; values may be null
 * @param enqueuedAt by the database's clock
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: it is on its way to the broker.
record OutboxRow(
    long seq,
    String topic,
    String key,
    String eventId,
    String type,
    byte[] payload,
    boolean isJson,
    Map<String, String> headers,
    Instant enqueuedAt) {}
