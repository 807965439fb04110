package dev.onceflow.local.proxy;

import java.time.Instant;

/**
 * One request that was struck.
 *
 * @param at when
 * @param clientId who had sent it
 * @param correlationId its number on its connection
 */
public record Hit(Instant at, String clientId, int correlationId) {}
