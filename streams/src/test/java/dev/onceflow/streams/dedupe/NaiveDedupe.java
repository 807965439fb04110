package dev.onceflow.streams.dedupe;

import java.util.ArrayList;
import java.util.List;

/**
 * The verdicts as they are specified, by looking at the whole history for each record: no store, no
 * bucket that is kept, no floor that is carried along.
 */
final class NaiveDedupe {
  private final DedupeConfig config;
  private final long widthMs;
  private final List<Remembered> history = new ArrayList<>();
  private long clockMs;

  private record Remembered(String id, long idTimeMs, String content, long arrivalMs) {}

  NaiveDedupe(DedupeConfig config) {
    this.config = config;
    this.widthMs = Math.max(1, config.horizonMs() / 32);
  }

  Verdict decide(String id, long idTimeMs, String content, long timestampMs) {
    clockMs = Math.max(clockMs, timestampMs);
    Verdict verdict = verdict(id, idTimeMs, content, timestampMs);
    if (verdict == Verdict.NEW) {
      history.add(new Remembered(id, idTimeMs, content, clockMs));
    }
    return verdict;
  }

  private Verdict verdict(String id, long idTimeMs, String content, long timestampMs) {
    if (idTimeMs >= 0 && idTimeMs > timestampMs + config.skewMaxMs()) {
      return Verdict.FUTURE;
    }
    long floorMs = -1;
    for (Remembered one : history) {
      if (forgotten(one)) {
        floorMs = Math.max(floorMs, one.idTimeMs());
      } else if (one.id().equals(id)) {
        return one.content().equals(content) ? Verdict.DUPLICATE : Verdict.ALTERED;
      }
    }
    return idTimeMs >= 0 && idTimeMs <= floorMs ? Verdict.UNPROVABLE : Verdict.NEW;
  }

  private boolean forgotten(Remembered one) {
    long bucketEndMs = one.arrivalMs() / widthMs * widthMs + widthMs;
    return clockMs - bucketEndMs >= config.horizonMs();
  }
}
