package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until the live sink has applied all that the live job made of the records which a run
 * processed again: a replay is never ahead of the live sink.
 */
final class LiveAhead {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long LOOK_MS = 500;
  private static final String LIVE_RUN = "";

  private final LiveJob job;
  private final LiveSink sink;
  private final Reapply.Means means;
  private final InstantSource clock;

  LiveAhead(LiveJob job, LiveSink sink, Reapply.Means means, InstantSource clock) {
    this.job = job;
    this.sink = sink;
    this.means = means;
    this.clock = clock;
  }

  /**
   * Waits. The live job has committed its inputs further than the run reads, so what it made of
   * them lies in its topics.
   *
   * @param applied the live topics whose counterparts will be applied
   * @return false if the replay was cancelled before
   * @throws UserException if nothing has moved for a while
   */
  boolean await(long replayId, Set<String> applied) {
    Set<String> readBack = job.graph().readBack();
    String group = job.applicationId();
    // What it reads of its own topics leads to more there, as often as one is behind another.
    for (int i = 0; i < readBack.size(); i++) {
      Map<TopicPartition, Long> ends = means.logs().heads(readBack);
      String who = "job " + group + " to read " + String.join(", ", readBack);
      if (!await(replayId, who, () -> means.logs().committed(group), ends)) {
        return false;
      }
    }
    Map<TopicPartition, Long> ends = means.logs().heads(applied);
    String who = "sink " + sink.name() + " to apply " + String.join(", ", applied);
    return await(replayId, who, () -> means.replays().fences(sink.name(), LIVE_RUN), ends);
  }

  private boolean await(
      long replayId,
      String who,
      Supplier<Map<TopicPartition, Long>> positions,
      Map<TopicPartition, Long> ends) {
    Drain drain = new Drain(means.topic());
    Map<TopicPartition, Long> before = Map.of();
    Instant movedAt = clock.instant();
    while (means.replays().get(replayId).state() != ReplayState.CANCELLED) {
      Map<TopicPartition, Long> now = positions.get();
      if (drain.isDone(now, ends)) {
        return true;
      }
      if (!now.equals(before)) {
        before = now;
        movedAt = clock.instant();
      } else if (Duration.between(movedAt, clock.instant()).compareTo(PATIENCE) > 0) {
        throw new UserException(
            "Replay %d waits for %s up to %s, since it must not be ahead of live work; nothing has moved for %d s. See that it runs, then run the same command again; or 'onceflow replay cancel %d'."
                .formatted(replayId, who, ends, PATIENCE.toSeconds(), replayId));
      }
      means.progress().waiting(who);
      pause();
    }
    return false;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for live work", e);
    }
  }
}
