package dev.onceflow.sink.dedupe;

/**
 * For how long what is remembered.
 *
 * @param horizon event IDs
 * @param skewMaxMs how much later than its record the time inside of an ID may be, in milliseconds
 * @param tombstoneRetentionMs what deleted rows' keys had, in milliseconds; negative for ever
 */
public record MemoryLimits(Horizon horizon, long skewMaxMs, long tombstoneRetentionMs) {}
