package dev.onceflow.sink.failure;

import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that can't be stored, and where it goes instead.
 *
 * @param reason why
 * @param report Connect's answer that its dead letter queue has it; empty where there is none
 */
public record Rejection(SinkRecord record, Exception reason, Optional<Future<Void>> report) {}
