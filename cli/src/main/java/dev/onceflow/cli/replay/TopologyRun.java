package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.runtime.StreamsJob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Runs a job a second time, in this process, up to the ends of its inputs. Killed at any point, the
 * next one goes on with the offsets and the state that the last committed Kafka transaction left.
 *
 * <p>It is at its end when one look at what its group has committed, and after it one at where its
 * topics end, show that every input is read up to its end, and all that it reads of what it writes
 * is read, too. Then nothing is under way: what a record leads to lies in a topic before the
 * record's offset is committed.
 */
final class TopologyRun {
  private static final long LOOK_MS = 500;

  private final SecondRun run;
  private final List<Range> inputs;
  private final Reapply.Means means;
  private final Set<String> readBack;

  TopologyRun(SecondRun run, List<Range> inputs, Reapply.Means means) {
    this.run = run;
    this.inputs = inputs;
    this.means = means;
    this.readBack = run.graph().readBack();
  }

  /**
   * Runs it.
   *
   * @return false if the replay was cancelled before
   */
  boolean toEnd(long replayId) {
    Replay replay = means.replays().get(replayId);
    InputPace pace = new InputPace();
    pace.limit(replay.rate());
    try (StreamsJob job = new StreamsJob(run.factory(), run.config(inputs, pace, replay.rate()))) {
      start(job);
      Drain drain = new Drain(means.topic());
      while (true) {
        replay = means.replays().get(replayId);
        if (replay.state() == ReplayState.CANCELLED) {
          return false;
        }
        pace.limit(replay.rate());
        checkRuns(job, replay);
        Map<TopicPartition, Long> committed = means.logs().committed(run.applicationId());
        if (drain.isDone(committed, ends())) {
          return true;
        }
        means.progress().replayed(replay, done(committed), size());
        pause();
      }
    }
  }

  private void start(StreamsJob job) {
    try {
      job.start();
    } catch (JobException | KafkaException e) {
      throw new UserException(
          "Job %s can't be run as %s. %s"
              .formatted(run.job().factory().name(), run.applicationId(), e.getMessage()),
          e);
    }
  }

  private void checkRuns(StreamsJob job, Replay replay) {
    if (job.ending().isPresent()) {
      throw new UserException(
          "Job %s failed as %s: %s\nMend what it names, then run the same command again; or 'onceflow replay cancel %d'."
              .formatted(
                  run.job().factory().name(),
                  run.applicationId(),
                  job.failure().map(Throwable::toString).orElse("see the log"),
                  replay.id()));
    }
  }

  private Map<TopicPartition, Long> ends() {
    // Streams makes its own topics when it starts.
    Set<String> there = new RunTopics(means.logs()).there(readBack);
    Map<TopicPartition, Long> ends = new HashMap<>(means.logs().heads(there));
    inputs.forEach(range -> ends.put(range.partition(), range.end()));
    return ends;
  }

  private long done(Map<TopicPartition, Long> committed) {
    return inputs.stream()
        .mapToLong(range -> Math.min(range.end(), committed.getOrDefault(range.partition(), 0L)))
        .sum();
  }

  private long size() {
    return inputs.stream().mapToLong(Range::size).sum();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a job is run again", e);
    }
  }
}
