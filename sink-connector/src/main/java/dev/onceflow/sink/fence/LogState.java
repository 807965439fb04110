package dev.onceflow.sink.fence;

import java.util.Optional;
import java.util.UUID;

/**
 * What Kafka says of one partition.
 *
 * @param topicId the topic's, another one after it was deleted and made again
 * @param startOffset the first offset that retention has left
 * @param endOffset the high watermark
 * @param group where the connector's consumer group stands, if it has committed
 */
public record LogState(
    UUID topicId, long startOffset, long endOffset, Optional<GroupOffset> group) {
  /**
   * A consumer group's commit.
   *
   * @param isOurs whether this sink has committed it, and not another one under the same group
   */
  public record GroupOffset(long offset, boolean isOurs) {
    /** What this sink writes beside its commits, to know them again. */
    public static final String OURS = "onceflow fence";
  }
}
