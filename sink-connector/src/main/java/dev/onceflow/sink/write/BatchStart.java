package dev.onceflow.sink.write;

/**
 * Where a batch goes on in a partition.
 *
 * @param expectedOffset where the partition's fence stands if nothing came between
 * @param arrivalMs when the batch's first record of it came, in Unix milliseconds
 */
public record BatchStart(long expectedOffset, long arrivalMs) {}
