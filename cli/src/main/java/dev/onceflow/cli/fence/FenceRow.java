package dev.onceflow.cli.fence;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What the database says of one partition.
 *
 * @param nextOffset where its effects end
 * @param epoch counts claims
 * @param owner who claimed it last
 * @param topicId the topic's ID when it was last known
 * @param last the last record that was applied, where it is known
 * @param ageSeconds for how long the row hasn't been written, by the database's clock
 */
record FenceRow(
    FenceKey key,
    long nextOffset,
    long epoch,
    String owner,
    int generation,
    Optional<UUID> topicId,
    Optional<LastRecord> last,
    Instant updatedAt,
    long ageSeconds) {
  /**
   * What a record is known by again.
   *
   * @param keyHash in hexadecimal digits
   */
  record LastRecord(
      long offset,
      Optional<Instant> timestamp,
      Optional<String> keyHash,
      Optional<String> eventId) {}
}
