package dev.onceflow.verification.checker;

/**
 * What is known of a fault after the run.
 *
 * @param kind its name
 * @param number which of its kind it was in this run
 * @param bite what it was seen to do; empty where nothing was seen
 * @param recoveryMs how long until everything flowed again; -1 where it never did
 */
public record Fault(String kind, int number, String bite, long recoveryMs) {}
