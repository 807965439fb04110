package dev.onceflow.verification.checker;

/**
 * A committed record of a changelog.
 *
 * @param place where it lies
 * @param value null where the key was deleted
 */
public record KeyedRecord<K, V>(Place place, K key, V value) {}
