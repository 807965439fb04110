package dev.onceflow.verification.checker;

/**
 * How far a partition reaches, when nothing moves any more.
 *
 * @param partition {@code topic-partition}
 * @param lastStable where readers of committed records end
 * @param highWatermark where the log ends
 * @param openTransactions producers that have a transaction open on it
 */
public record LogEnds(
    String partition, long lastStable, long highWatermark, int openTransactions) {}
