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

  private record Remembered(
      String id, long idTimeMs, String content, long arrivalMs, boolean setAside) {}

  NaiveDedupe(DedupeConfig config) {
    this.config = config;
    this.widthMs = Math.max(1, config.horizonMs() / 32);
  }

  /** Content that begins with "dlq" is set aside by the handler. */
  Verdict decide(String id, long idTimeMs, String content, long timestampMs, long releasedMs) {
    clockMs = Math.max(clockMs, timestampMs);
    Verdict verdict = verdict(id, idTimeMs, content, timestampMs, releasedMs);
    if (verdict == Verdict.NEW) {
      history.add(new Remembered(id, idTimeMs, content, clockMs, content.startsWith("dlq")));
    }
    return verdict;
  }

  private Verdict verdict(
      String id, long idTimeMs, String content, long timestampMs, long releasedMs) {
    long floorMs = -1;
    long forgottenBeforeMs = Long.MIN_VALUE;
    Remembered latest = null;
    for (Remembered one : history) {
      if (clockMs - bucketEndMs(one) >= config.horizonMs()) {
        floorMs = Math.max(floorMs, one.idTimeMs());
        forgottenBeforeMs = Math.max(forgottenBeforeMs, bucketEndMs(one));
      } else if (one.id().equals(id)) {
        latest = one;
      }
    }
    if (latest != null && !latest.setAside()) {
      return latest.content().equals(content) ? Verdict.DUPLICATE : Verdict.ALTERED;
    }
    if (idTimeMs >= 0 && idTimeMs > timestampMs + config.skewMaxMs()) {
      return Verdict.FUTURE;
    }
    if (latest != null) {
      return Verdict.NEW;
    }
    boolean released =
        releasedMs >= 0
            && releasedMs - config.skewMaxMs() >= forgottenBeforeMs
            && releasedMs - config.skewMaxMs() <= clockMs;
    return idTimeMs >= 0 && idTimeMs <= floorMs && !released ? Verdict.UNPROVABLE : Verdict.NEW;
  }

  private long bucketEndMs(Remembered one) {
    return one.arrivalMs() / widthMs * widthMs + widthMs;
  }
}
