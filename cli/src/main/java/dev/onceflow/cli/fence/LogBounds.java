package dev.onceflow.cli.fence;

import java.util.UUID;

/**
 * What Kafka says of one partition.
 *
 * @param startOffset the first offset that retention has left
 * @param endOffset behind the last committed record (the last stable offset)
 */
record LogBounds(UUID topicId, long startOffset, long endOffset) {
  boolean contains(long nextOffset) {
    return startOffset <= nextOffset && nextOffset <= endOffset;
  }
}
