package dev.onceflow.sink.deadletter;

import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A record that can't be stored, and where it goes instead.
 *
 * @param report Connect's answer that its dead letter queue has it; empty where there is none
 */
public record Rejection(DeadLetter letter, Optional<Future<Void>> report) {}
