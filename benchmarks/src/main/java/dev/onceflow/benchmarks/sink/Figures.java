package dev.onceflow.benchmarks.sink;

/**
 * What one sink did with one topic.
 *
 * @param rowsPerSecond records by the time from the first row that was seen to the last
 * @param workerCpu CPU seconds of the Connect worker for a million records
 * @param databaseCpu CPU seconds of PostgreSQL for a million records
 */
public record Figures(double rowsPerSecond, double workerCpu, double databaseCpu) {}
