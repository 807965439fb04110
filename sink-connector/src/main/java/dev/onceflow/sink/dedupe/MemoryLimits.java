package dev.onceflow.sink.dedupe;

/**
 * What the memory of event IDs promises.
 *
 * @param skewMaxMs how much later than its record the time inside of an ID may be, in milliseconds
 */
public record MemoryLimits(Horizon horizon, long skewMaxMs) {}
