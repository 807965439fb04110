package dev.onceflow.sink.fence;

import dev.onceflow.sink.record.Fingerprint;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What the database says of one partition.
 *
 * @param nextOffset where its effects end
 * @param epoch counts claims
 * @param owner who claimed it last
 * @param claimedAt when it was claimed last, or set by hand, by the database's clock
 * @param topicId the topic's ID when it was last known
 * @param last the last record that was applied; empty before the first one, and where somebody set
 *     the fence by hand
 */
public record FenceRow(
    long nextOffset,
    long epoch,
    String owner,
    Instant claimedAt,
    Optional<UUID> topicId,
    Optional<Fingerprint> last) {}
