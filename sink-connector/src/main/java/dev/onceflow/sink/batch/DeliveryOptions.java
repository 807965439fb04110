package dev.onceflow.sink.batch;

import dev.onceflow.sink.deadletter.DeadLetterPlace;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.InitialOffset;
import dev.onceflow.sink.fence.Run;
import dev.onceflow.sink.fence.TopicLog;
import dev.onceflow.sink.postgres.ConnectionSettings;
import dev.onceflow.sink.postgres.Preflight;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.write.Evolving;
import dev.onceflow.sink.write.Tables;
import java.util.Optional;

/**
 * What the configuration says.
 *
 * @param preflight what the database must be before it is written to
 * @param shape what records look like
 * @param deadLetters where records go that can't be stored
 * @param memory how long event IDs are remembered
 * @param evolving how tables follow the schemas of their records
 * @param catalogueRefreshMs how often to look whether somebody changed a table
 * @param initialOffset where partitions without a fence row begin
 * @param run live work, or which replay
 * @param topicLog what Kafka says of topics; empty where it isn't asked
 * @param fencedTimeoutMs how long a partition may stay assigned to a task that was fenced out
 * @param takeoverTimeoutMs how long to wait before looking for who holds a lock
 * @param batchLingerMs how long a batch that isn't full waits for more records
 * @param batchBytesMax at how many bytes of rows a batch ends, even in the middle of a put()
 */
public record DeliveryOptions(
    String sink,
    String owner,
    ConnectionSettings connection,
    Preflight preflight,
    Tables tables,
    RecordShape shape,
    DeadLetterPlace deadLetters,
    MemoryLimits memory,
    Evolving evolving,
    long catalogueRefreshMs,
    InitialOffset initialOffset,
    Run run,
    Optional<TopicLog> topicLog,
    int batchRowsMax,
    long batchBytesMax,
    long retryBackoffMs,
    long retryBackoffMaxMs,
    long fencedTimeoutMs,
    long takeoverTimeoutMs,
    long batchLingerMs) {

  /** The same with another source of what is known of topics. */
  public DeliveryOptions withTopicLog(TopicLog log) {
    return new DeliveryOptions(
        sink,
        owner,
        connection,
        preflight,
        tables,
        shape,
        deadLetters,
        memory,
        evolving,
        catalogueRefreshMs,
        initialOffset,
        run,
        Optional.of(log),
        batchRowsMax,
        batchBytesMax,
        retryBackoffMs,
        retryBackoffMaxMs,
        fencedTimeoutMs,
        takeoverTimeoutMs,
        batchLingerMs);
  }
}
