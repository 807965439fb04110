package dev.onceflow.verification.checker;

import java.util.Map;

/**
 * Up to where a topic counts: the offsets that somebody has committed as read.
 *
 * @param next by {@code topic-partition}; empty says that the whole topic counts
 */
record Cut(String topic, Map<String, Long> next) {
  /** Whether a packed place lies before it; what is nowhere counts where everything does. */
  boolean isBefore(long packed) {
    if (next.isEmpty()) {
      return true;
    }
    return packed != ExpectedEntries.NOWHERE
        && isBefore(Place.partition(packed), Place.offset(packed));
  }

  boolean isBefore(int partition, long offset) {
    return next.isEmpty() || offset < next.getOrDefault(topic + '-' + partition, 0L);
  }
}
