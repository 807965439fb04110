package dev.onceflow.verification.checker;

/**
 * What one process took up at one moment.
 *
 * @param process its name and its number with the system: after a restart it is another one
 * @param second since the run began
 * @param memoryBytes resident, of its own
 * @param fileHandles open
 * @param stateBytes on disk, or 0 where it keeps none
 */
public record Sample(
    String process, double second, long memoryBytes, long fileHandles, long stateBytes) {}
