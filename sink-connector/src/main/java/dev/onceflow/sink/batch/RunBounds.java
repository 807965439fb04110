package dev.onceflow.sink.batch;

import dev.onceflow.sink.fence.Advance;
import dev.onceflow.sink.fence.OpenPartition;
import dev.onceflow.sink.fence.Partitions;
import dev.onceflow.sink.fence.Run;
import dev.onceflow.sink.record.Fingerprint;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * What a replay takes of its topics, and how fast; live work takes everything, at once. The end
 * stands in the configuration, so it holds when nobody watches any more. Used by Connect's thread.
 *
 * <p>Rate and pause are looked up in {@code onceflow.replays} every second. A task holds back by
 * pausing its partitions, never by waiting: Connect would take it for dead. What it has taken in
 * one go it owes, so a rate is kept on the average, and exceeded by one poll at most.
 */
final class RunBounds {
  private static final long LOOK_INTERVAL_MS = 1_000;
  private static final long NEVER = Long.MIN_VALUE;

  /** What is left of whole records by rounding. */
  private static final double NOTHING = 1e-6;

  private final Run run;
  private final SinkTaskContext context;
  private final InstantSource clock;
  private final Partitions partitions;
  private final Set<TopicPartition> outside = new HashSet<>();
  private final Set<TopicPartition> atEnd = new HashSet<>();
  private final Set<TopicPartition> paused = new HashSet<>();

  /** Connect pauses again what it took away paused and gave back, without a word to the task. */
  private final Set<TopicPartition> maybePaused = new HashSet<>();

  private RunOrder order = RunOrder.HOLD;
  private long lookedMs = NEVER;
  private long drainedMs;
  private double owed;

  RunBounds(Run run, SinkTaskContext context, InstantSource clock, Partitions partitions) {
    this.run = run;
    this.context = context;
    this.clock = clock;
    this.partitions = partitions;
  }

  /** Those of newly assigned partitions of which anything is taken. */
  Collection<TopicPartition> opened(Collection<TopicPartition> assigned) {
    List<TopicPartition> taken = new ArrayList<>();
    for (TopicPartition partition : assigned) {
      if (run.has(partition)) {
        taken.add(partition);
        maybePaused.add(partition);
      } else {
        outside.add(partition);
      }
    }
    return taken;
  }

  /** Forgets partitions. */
  void closed(Collection<TopicPartition> revoked) {
    outside.removeAll(revoked);
    atEnd.removeAll(revoked);
    paused.removeAll(revoked);
    maybePaused.removeAll(revoked);
  }

  /** Whether a record has effects; if so, it counts. */
  boolean takes(TopicPartition partition, long offset) {
    if (run.endsBefore(partition, offset)) {
      atEnd.add(partition);
      return false;
    }
    owed++;
    return true;
  }

  /**
   * Partitions of which everything before the end was handed over and is applied, though their
   * fences stand before it: their last offsets hold no record, or a transform drops it.
   */
  List<OpenPartition> readToEnd() {
    return partitions.in(OpenPartition.State.ACTIVE).stream()
        .filter(partition -> atEnd.contains(partition.partition()))
        .filter(partition -> partition.takenTo() == partition.nextOffset())
        .filter(partition -> partition.nextOffset() < run.ends().get(partition.partition()))
        .toList();
  }

  /** From where such a partition stands to where it ends. */
  Advance toEnd(OpenPartition partition) {
    long last = run.ends().get(partition.partition()) - 1;
    return new Advance(
        partition.partition(),
        partition.epoch(),
        partition.nextOffset(),
        new Fingerprint(last, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  /**
   * Holds partitions back, or lets them go on, after the records of a put were taken.
   *
   * @throws RunEndedException if the replay is over
   */
  void hold(DatabaseThread database) throws SQLException {
    if (run.isLive()) {
      return;
    }
    long nowMs = clock.millis();
    if (lookedMs == NEVER || nowMs - lookedMs >= LOOK_INTERVAL_MS) {
      order = database.await(database.submit(s -> RunOrder.read(s.connection(), run.name())));
      lookedMs = nowMs;
    }
    long waitMs = waitMs(nowMs);
    // The database may have gone back after the end was seen: still paused, the partition would
    // never be read again from where its fence stands now.
    partitions
        .in(OpenPartition.State.REPOSITIONING)
        .forEach(open -> atEnd.remove(open.partition()));
    pause(outside);
    pause(atEnd);
    for (OpenPartition partition : partitions.all()) {
      if (waitMs > 0) {
        pause(List.of(partition.partition()));
      } else {
        resume(partition);
      }
    }
    if (waitMs > 0 || !atEnd.isEmpty()) {
      context.timeout(waitMs > 0 ? Math.min(waitMs, LOOK_INTERVAL_MS) : LOOK_INTERVAL_MS);
    }
  }

  private long waitMs(long nowMs) {
    if (order.isHeld()) {
      return LOOK_INTERVAL_MS;
    }
    if (order.ratePerSecond().isEmpty()) {
      owed = 0;
      return 0;
    }
    // The tasks share the rate by their partitions; what one leaves unused no other one gets.
    double perMs =
        order.ratePerSecond().getAsLong() * partitions.all().size() / (1_000.0 * run.ends().size());
    owed = Math.max(0, owed - (nowMs - drainedMs) * perMs);
    drainedMs = nowMs;
    return owed < NOTHING || perMs == 0 ? 0 : (long) Math.ceil(owed / perMs);
  }

  private void pause(Collection<TopicPartition> wanted) {
    for (TopicPartition partition : wanted) {
      if (paused.add(partition)) {
        context.pause(partition);
      }
    }
  }

  private void resume(OpenPartition open) {
    TopicPartition partition = open.partition();
    // Who was fenced out stays paused: see Delivery.
    if (open.state() == OpenPartition.State.FENCED || atEnd.contains(partition)) {
      return;
    }
    boolean isHeld = paused.remove(partition);
    if (maybePaused.remove(partition) || isHeld) {
      context.resume(partition);
    }
  }
}
