package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * A reapply, from its row to its report. Every step may be the last one of a killed process: what
 * is done stands in the database and in Connect, and each step is taken only where it isn't done.
 *
 * <pre>
 * row and fences ──► plan ──► connector ──► all fences at their ends ──► connector gone
 *                        ──► counted again, and audited ──► row ended, fences gone
 * </pre>
 *
 * The connector works by itself and ends by itself, so nobody has to watch it.
 */
final class Reapply {
  private static final long LOOK_MS = 500;
  private static final int FAILED_LOOKS = 10;
  private static final String LIVE_RUN = "";
  private static final Duration STANDS_STILL = Duration.ofSeconds(2);

  /** What it works with. */
  record Means(
      Replays replays,
      ConnectApi connect,
      Logs logs,
      CommittedRecords topic,
      Values values,
      Optional<ContentAudit> audit,
      Progress progress) {}

  private final Replays.Request request;
  private final LiveSink sink;
  private final RecordFilter filter;
  private final Replays replays;
  private final ConnectApi connect;
  private final Means means;
  private final Optional<Long> sample;
  private final InstantSource clock;
  private final LongSupplier knownMs;

  /**
   * @param knownMs by when the plan judges what may have been forgotten
   */
  Reapply(
      Replays.Request request,
      RecordFilter filter,
      Means means,
      Optional<Long> sample,
      InstantSource clock,
      LongSupplier knownMs) {
    this.request = request;
    this.sink = request.sink();
    this.filter = filter;
    this.replays = means.replays();
    this.connect = means.connect();
    this.means = means;
    this.sample = sample;
    this.clock = clock;
    this.knownMs = knownMs;
  }

  /** What would be done. */
  ReplayPlan plan(List<Range> ranges) {
    Counting.Result counted = count(ranges);
    List<String> refusals =
        new Judgement(sink, knownMs.getAsLong(), replays.topicIds(sink.name()))
            .refusals(ranges, counted);
    refusals.addAll(
        new FilterJudgement(sink, filter, sample.isPresent()).refusals(ranges, counted));
    return new ReplayPlan(
        sink,
        filter,
        ranges,
        ReapplyCommand.tables(sink, ranges),
        counted,
        sample.isPresent(),
        request.rate(),
        refusals);
  }

  private Counting.Result count(List<Range> ranges) {
    Counting counting =
        new Counting(
            replays.connection(),
            sink,
            filter,
            means.topic(),
            means.values(),
            means.progress()::counted);
    Counting.Result counted = counting.run(ranges, sample);
    means.progress().end();
    return counted;
  }

  /**
   * The replay that this command was given for before.
   *
   * @throws UserException if another one of the sink is unfinished
   */
  Optional<Replay> unfinished() {
    Optional<Replay> found = replays.unfinished(sink.name());
    found
        .filter(replay -> !replay.request().equals(request.json()))
        .ifPresent(
            other -> {
              throw new UserException(
                  "Replay %d of sink %s is unfinished, for other records: let the command that began it go on, or end it with 'onceflow replay cancel %d'."
                      .formatted(other.id(), sink.name(), other.id()));
            });
    return found;
  }

  /**
   * What of the ranges the live sink has applied. Ahead of it a replay would undo the order of
   * deletes: one without a version that finds no row leaves nothing that an older row, which the
   * live sink is yet to write, would have to exceed.
   */
  List<Range> applied(List<Range> ranges) {
    Map<TopicPartition, Long> live = replays.fences(sink.name(), LIVE_RUN);
    return ranges.stream()
        .map(range -> range.before(live.getOrDefault(range.partition(), 0L)))
        .toList();
  }

  Replay begin(List<Range> ranges) {
    List<Range> full = ranges.stream().filter(range -> !range.isEmpty()).toList();
    if (full.isEmpty()) {
      throw new UserException(
          "The range holds nothing that sink %s has applied: there is nothing to replay."
              .formatted(sink.name()));
    }
    return replays.begin(request, full);
  }

  /** Plans what was begun and isn't planned yet, and drives it from now on. */
  Optional<ReplayPlan> prepare(Replay replay) {
    replays.drive(replay);
    Replay now = replays.get(replay.id());
    if (now.state() != ReplayState.PLANNING) {
      return Optional.empty();
    }
    ReplayPlan plan = planOrRefusal(now.rangeList());
    replays.planned(now, plan);
    return Optional.of(plan);
  }

  /** What expired since the ranges were chosen can't be planned, now or with another try. */
  private ReplayPlan planOrRefusal(List<Range> ranges) {
    try {
      return plan(ranges);
    } catch (UserException e) {
      List<String> refusals = new ArrayList<>();
      List<Range> left = left(ranges);
      for (int i = 0; i < ranges.size(); i++) {
        if (left.get(i).start() > ranges.get(i).start()) {
          refusals.add(
              "The log of %s begins behind %d by now: what the range began with has expired since it was chosen. Give the command again, with a later start if it names one."
                  .formatted(ranges.get(i).partition(), ranges.get(i).start()));
        }
      }
      if (refusals.isEmpty()) {
        throw e;
      }
      Counting.Result nothing = Counting.Result.NOTHING;
      return new ReplayPlan(
          sink, filter, ranges, Map.of(), nothing, false, request.rate(), refusals);
    }
  }

  /** Runs what was planned, as far as it isn't done; answers with its row when it is over. */
  Replay finish(long id) {
    Replay replay = replays.get(id);
    if (replay.state().isOver()) {
      return replay;
    }
    List<Range> ranges = replay.rangeList();
    Instant began = clock.instant();
    if (!isComplete(replay, ranges)) {
      refuseOtherRules(replay);
      connect.put(replay.replayConnector(), sink.replayConfig(replay));
      if (connect.failure(replay.replayConnector()).isPresent()) {
        connect.restartFailed(replay.replayConnector());
      }
      replay = watch(replay, ranges);
    }
    means.progress().end();
    connect.delete(replay.replayConnector());
    if (replay.state() != ReplayState.CANCELLED) {
      List<Range> left = left(ranges);
      long expired = size(ranges) - size(left);
      ObjectNode result = result(began, expired, count(left));
      means.audit().ifPresent(audit -> result.set("audits", audit.run(ranges)));
      means.progress().end();
      replays.end(replay, ReplayState.DONE, Optional.<JsonNode>of(result), request.operator());
    }
    means.logs().forgetGroup(replay.replayGroup());
    return replays.get(id);
  }

  /** The connector would work by other rules than those that the plan has judged. */
  private void refuseOtherRules(Replay replay) {
    String planned = replay.plan().map(plan -> plan.path("rules").asText()).orElse("");
    if (!planned.equals(sink.rules())) {
      throw new UserException(
          "Connector %s was changed since replay %d was planned, and nobody has judged what the range would do now. Change it back and run the same command again; or 'onceflow replay cancel %d', and begin anew."
              .formatted(sink.connector(), replay.id(), replay.id()));
    }
  }

  /** What the log still holds: what expired while the replay ran can't be counted any more. */
  private List<Range> left(List<Range> ranges) {
    Map<TopicPartition, Logs.Bounds> logs =
        means
            .logs()
            .bounds(ranges.stream().map(range -> range.partition().topic()).distinct().toList());
    return ranges.stream().map(range -> range.from(logs.get(range.partition()).start())).toList();
  }

  private ObjectNode result(Instant began, long expired, Counting.Result after) {
    Settled settled = after.settled();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put(
                "settled",
                (settled == Settled.YES && expired > 0 ? Settled.UNKNOWN : settled).label())
            .put("sampled", sample.isPresent())
            .put("expired", expired)
            .put("seconds", Duration.between(began, clock.instant()).toMillis() / 1_000.0);
    json.set("counted", after.json());
    return json;
  }

  /** Until everything is applied, or the replay is cancelled. */
  private Replay watch(Replay begun, List<Range> ranges) {
    Replay replay = begun;
    Map<TopicPartition, Long> fences = Map.of();
    Instant movedAt = clock.instant();
    int failedLooks = 0;
    while (true) {
      replay = replays.get(begun.id());
      if (replay.state() == ReplayState.CANCELLED) {
        return replay;
      }
      Map<TopicPartition, Long> now = replays.fences(replay);
      if (!now.equals(fences)) {
        fences = now;
        movedAt = clock.instant();
      }
      means.progress().replayed(replay, done(ranges, now), size(ranges));
      boolean standsStill = Duration.between(movedAt, clock.instant()).compareTo(STANDS_STILL) > 0;
      if (isAtEnd(ranges, now)) {
        return replay;
      }
      if (standsStill) {
        movedAt = clock.instant();
        if (isComplete(replay, ranges)) {
          return replay;
        }
        // Somebody may have taken it away; where it is there, this changes nothing.
        connect.put(replay.replayConnector(), sink.replayConfig(replay));
      }
      Optional<String> failure = connect.failure(replay.replayConnector());
      failedLooks = failure.isPresent() ? failedLooks + 1 : 0;
      if (failedLooks >= FAILED_LOOKS) {
        throw new UserException(
            "Connector %s has failed: %s\nReplay %d stands at %,d of %,d offsets. Mend it, then run the same command again; or 'onceflow replay cancel %d'."
                .formatted(
                    replay.replayConnector(),
                    failure.get(),
                    replay.id(),
                    done(ranges, now),
                    size(ranges),
                    replay.id()));
      }
      pause();
    }
  }

  private static boolean isAtEnd(List<Range> ranges, Map<TopicPartition, Long> fences) {
    return ranges.stream()
        .allMatch(range -> fences.getOrDefault(range.partition(), 0L) >= range.end());
  }

  /** The last offsets of a range may hold no record: then the fence stops before them. */
  private boolean isComplete(Replay replay, List<Range> ranges) {
    Map<TopicPartition, Long> fences = replays.fences(replay);
    return ranges.stream()
        .allMatch(
            range ->
                means
                    .topic()
                    .first(range.from(fences.getOrDefault(range.partition(), range.start())))
                    .isEmpty());
  }

  private static long done(List<Range> ranges, Map<TopicPartition, Long> fences) {
    return ranges.stream()
        .mapToLong(
            r -> Math.min(r.end(), fences.getOrDefault(r.partition(), r.start())) - r.start())
        .sum();
  }

  private static long size(List<Range> ranges) {
    return ranges.stream().mapToLong(Range::size).sum();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a replay runs", e);
    }
  }
}
