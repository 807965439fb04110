package dev.onceflow.verification.checker;

/**
 * A committed record that the job wrote.
 *
 * @param place where it lies
 * @param key as text, or null where it has none
 * @param eventId its {@code ce_id} header, or null
 * @param source the coordinates of its input record, as its headers have them, or null
 * @param reason why it was set aside, as its headers have it; null elsewhere
 * @param value what it says
 * @param <V> an Avro class of schemas, or {@code byte[]} of what was set aside
 */
public record OutputRecord<V>(
    Place place, String key, String eventId, Place source, String reason, V value) {}
