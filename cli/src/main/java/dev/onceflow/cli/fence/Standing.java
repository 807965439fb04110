package dev.onceflow.cli.fence;

import java.util.Locale;
import java.util.Optional;

/** How a fence and the topic's log agree. */
enum Standing {
  /** The log holds what the fence wants next. */
  AGREES,
  /** The topic was deleted and made again since. */
  RECREATED,
  /** Retention has taken records that were not applied. */
  EXPIRED,
  /** The log ends before what was applied. */
  CUT_OFF,
  /** Kafka has no such partition. */
  NO_PARTITION,
  /** There is a log, but no fence. */
  NO_FENCE;

  static Standing of(Optional<FenceRow> fence, Optional<LogBounds> log) {
    if (log.isEmpty()) {
      return NO_PARTITION;
    }
    if (fence.isEmpty()) {
      return NO_FENCE;
    }
    if (fence.get().topicId().filter(id -> !id.equals(log.get().topicId())).isPresent()) {
      return RECREATED;
    }
    long next = fence.get().nextOffset();
    if (log.get().contains(next)) {
      return AGREES;
    }
    return next < log.get().startOffset() ? EXPIRED : CUT_OFF;
  }

  /** For people and programs. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
