package dev.onceflow.sink.deadletter;

import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that is kept beside the tables, because it can't go into them.
 *
 * @param reason a {@link RejectedRecordException}, or what else speaks against it
 * @param topicId the topic's; where it isn't known, the record's timestamp tells a topic that was
 *     made again from the one before
 */
public record DeadLetter(SinkRecord record, Exception reason, Optional<UUID> topicId) {}
