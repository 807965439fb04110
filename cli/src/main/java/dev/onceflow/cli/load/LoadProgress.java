package dev.onceflow.cli.load;

/**
 * How far a load is.
 *
 * @param read lines read
 * @param sent payments that are in the topic
 * @param rejected lines that are no payments
 */
public record LoadProgress(long read, long sent, long rejected) {}
