package dev.onceflow.cli.fence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a moved fence means, in offsets; there may be fewer records (compaction, transactions).
 *
 * @param expired not applied, and not in the log any more
 * @param skipped not applied, though the log may still hold them
 * @param again applied before, and once more
 */
record Consequences(long expired, long skipped, long again) {
  static Consequences of(Optional<FenceRow> before, long offset, Optional<LogBounds> log) {
    long start = log.map(LogBounds::startOffset).orElse(0L);
    if (before.isEmpty() || Standing.of(before, log) == Standing.RECREATED) {
      // The log's own offsets say nothing of what was applied before.
      return new Consequences(0, offset - start, 0);
    }
    long from = before.get().nextOffset();
    long expired = Math.max(0, Math.min(offset, start) - from);
    long end = Math.min(from, log.map(LogBounds::endOffset).orElse(from));
    return new Consequences(
        expired, Math.max(0, offset - from - expired), Math.max(0, end - offset));
  }

  /** For people; nothing where the fence stays. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    if (expired > 0) {
      sentences.add("%,d offsets expired unread: their effects are lost".formatted(expired));
    }
    if (skipped > 0) {
      sentences.add(
          "%,d offsets are skipped: their records will not be applied".formatted(skipped));
    }
    if (again > 0) {
      sentences.add(
          "%,d offsets are applied again: events that are remembered have no second effect"
              .formatted(again));
    }
    return sentences;
  }
}
