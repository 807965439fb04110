package dev.onceflow.verification.checker;

/**
 * A transaction that a coordinator lists as neither empty nor complete.
 *
 * @param state as the coordinator calls it
 */
public record OpenTransaction(String transactionalId, long producerId, String state) {}
