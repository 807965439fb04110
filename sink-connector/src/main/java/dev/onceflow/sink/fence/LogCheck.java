package dev.onceflow.sink.fence;

import java.util.Optional;

/** Whether a log still is the one that was applied up to the fence. */
public final class LogCheck {
  private LogCheck() {}

  /** What speaks against going on; empty for nothing. */
  public static Optional<String> refusal(FenceRow row, LogState log) {
    if (row.topicId().filter(id -> !id.equals(log.topicId())).isPresent()) {
      return Optional.of(
          "the topic was deleted and made again: the fence is of topic ID %s, the topic's is %s"
              .formatted(row.topicId().get(), log.topicId()));
    }
    if (log.startOffset() > row.nextOffset()) {
      return Optional.of(
          "records expired unread: the fence wants offset %d next, the log begins at %d"
              .formatted(row.nextOffset(), log.startOffset()));
    }
    if (log.endOffset() < row.nextOffset()) {
      return Optional.of(
          "the log was cut off: the fence wants offset %d next, the log ends at %d"
              .formatted(row.nextOffset(), log.endOffset()));
    }
    return Optional.empty();
  }
}
