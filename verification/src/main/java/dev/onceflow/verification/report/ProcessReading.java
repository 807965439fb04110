package dev.onceflow.verification.report;

/**
 * What a process held at one moment.
 *
 * @param process its name, the same through its restarts: {@code broker-1}, {@code job-2} ...
 * @param memoryBytes resident memory
 * @param fileHandles open files and sockets
 * @param stateBytes what it keeps on disk; null if it keeps nothing
 */
public record ProcessReading(String process, long memoryBytes, long fileHandles, Long stateBytes) {}
