package dev.onceflow.benchmarks.replay;

import dev.onceflow.benchmarks.job.Events;
import dev.onceflow.benchmarks.replay.Target.Standing;
import dev.onceflow.benchmarks.replay.Visibility.Latency;
import dev.onceflow.benchmarks.replay.Visibility.Sample;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.topic.Topics;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How fast a replay is beside the live path, which takes the same records through job and sink, in
 * turns; how fast a reprocess runs the job beside what the live job takes; and how long a live
 * event takes until its row is visible, without a replay, beside one with a limit, beside one
 * without, and beside a second run of the job.
 */
final class Speeds {
  private static final int ROUNDS = 3;
  private static final int LIVE_PER_SECOND = 1_000;
  private static final int LIMITED_PER_SECOND = 5_000;
  private static final long STILL_NS = TimeUnit.SECONDS.toNanos(3);
  private static final long WARM_UP_MS = 10_000;
  private static final long PHASE_MS = 40_000;
  private static final String LOSE =
      "DELETE FROM ledger_entries WHERE occurred_at >= '%s'"
          + " AND (hashtextextended(entry_id::text, 1) & 1023) < 614";
  private static final String LOCK = "LOCK TABLE ledger_entries IN SHARE ROW EXCLUSIVE MODE";

  private final Stage stage;
  private final PaymentsPipeline pipeline;
  private final Target target;
  private final Findings findings;
  private final long events;
  private final long seed;

  Speeds(Stage stage, long events, long seed) {
    this.stage = stage;
    this.pipeline = stage.pipeline();
    this.target = stage.target();
    this.findings = stage.findings();
    this.events = events;
    this.seed = seed;
  }

  void run() throws Exception {
    Instant from = Instant.now();
    List<Double> live = new ArrayList<>();
    List<Double> replayed = new ArrayList<>();
    live(-1);
    for (int round = 0; round < ROUNDS; round++) {
      Instant began = Instant.now();
      live.add(live(round));
      replayed.add(replay(began));
    }
    findings.figure("live path, records a second, median", median(live));
    findings.figure("replay, records a second, median", median(replayed));
    findings.figure("ratio", median(replayed) / median(live));
    jobs();
    latency(from);
    pipeline.awaitDrained(Stage.LIMIT);
    findings.check(
        "all topics and tables agree afterwards, and the books balance",
        pipeline.topicsAndTablesAgree());
  }

  private static double median(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }

  /** What stands in the input already, so that sending costs nothing, through job and sink. */
  private double live(int round) throws Exception {
    sendToWaitingJob(round);
    Moves moves;
    try (Target.Watch watch = target.watch()) {
      StandsStill stillness = new StandsStill(watch.applied(Stage.SINK));
      moves =
          Moves.until(
              () -> stillness.seen(watch.applied(Stage.SINK)),
              () -> stillness.isLong() && isDrained());
    }
    findings.step(
        "live path%s: %,.0f records a second, %,.0f events"
            .formatted(
                round < 0 ? " (warm-up)" : "",
                moves.perSecond(),
                events * moves.perSecond() / (moves.lastCount() - moves.firstCount())));
    return moves.perSecond();
  }

  private void sendToWaitingJob(int round) {
    try (Events input = events(round)) {
      pipeline.job().process().pause();
      for (long i = 0; i < events; i++) {
        input.send();
      }
      input.flush();
    }
    pipeline.job().process().resume();
  }

  /** Whether a count that has moved stands still. */
  private static final class StandsStill {
    private final long before;
    private long last;
    private long sinceNs;

    StandsStill(long before) {
      this.before = before;
      this.last = before;
    }

    long seen(long now) {
      if (now != last) {
        last = now;
        sinceNs = System.nanoTime();
      }
      return now;
    }

    boolean isLong() {
      return last > before && System.nanoTime() - sinceNs > STILL_NS;
    }
  }

  private Events events(int round) {
    return new Events(
        pipeline.kafka().bootstrapServers(), pipeline.registry().url(), seed + 1 + round);
  }

  private boolean isDrained() throws InterruptedException {
    pipeline.awaitDrained(Stage.LIMIT);
    return true;
  }

  private double replay(Instant from) throws Exception {
    target.execute(LOCK, LOSE.formatted(from));
    try (CommandRun command = stage.replay("reapply", "--from-time", from.toString())) {
      Replayed replayed = watch(command);
      findings.step(
          "replay of the same: %,.0f records a second; the whole command %.0f s, with its counts before and after"
              .formatted(replayed.moves.perSecond(), replayed.seconds));
      return replayed.moves.perSecond();
    }
  }

  /**
   * A replay that was watched to its end.
   *
   * @param firstMs when it was first seen to have moved, by the wall clock
   */
  private record Replayed(
      Moves moves, double seconds, long beganMs, long firstMs, long lastMs, long endMs) {}

  private Replayed watch(CommandRun command) throws Exception {
    long beganMs = System.currentTimeMillis();
    long beganNs = System.nanoTime();
    Moves moves;
    try (Target.Watch watch = target.watch()) {
      moves = Moves.until(() -> done(watch), () -> !command.runs());
    }
    int code = command.ended(Stage.LIMIT);
    if (code != 0) {
      throw new IllegalStateException(
          "The replay ended with exit code %d: %s".formatted(code, command.text()));
    }
    long endNs = System.nanoTime();
    return new Replayed(
        moves,
        (endNs - beganNs) / 1e9,
        beganMs,
        beganMs + TimeUnit.NANOSECONDS.toMillis(moves.firstNs() - beganNs),
        beganMs + TimeUnit.NANOSECONDS.toMillis(moves.lastNs() - beganNs),
        beganMs + TimeUnit.NANOSECONDS.toMillis(endNs - beganNs));
  }

  /** Offsets that the replay has passed; 0 before it has begun and once it is over. */
  private static long done(Target.Watch watch) throws SQLException {
    return watch.replay().map(Standing::done).map(done -> Math.max(0, done)).orElse(0L);
  }

  /**
   * What the live job takes of its input, its sink at work beside it, and what a reprocess does,
   * with both of them idle. The latter reads the whole input each time, in a JVM that has just
   * begun.
   */
  private void jobs() throws Exception {
    List<Double> live = new ArrayList<>();
    List<Double> again = new ArrayList<>();
    try (JobWatch job = new JobWatch(stage)) {
      for (int round = 0; round < ROUNDS; round++) {
        live.add(liveJob(job, ROUNDS + round));
        WatchedRun run = WatchedRun.of(stage, job);
        findings.step(
            "a reprocess's run of the job: %,.0f input records a second, %,d records; %.0f s from the command to its end"
                .formatted(run.moves().perSecond(), run.moves().lastCount(), run.seconds()));
        again.add(run.moves().perSecond());
      }
    }
    findings.figure("live job, input records a second, median", median(live));
    findings.figure("reprocess's job, input records a second, median", median(again));
    findings.figure("ratio of the jobs", median(again) / median(live));
  }

  private double liveJob(JobWatch job, int round) throws Exception {
    sendToWaitingJob(round);
    long end =
        new CommittedTopic(Topics.PAYMENTS.name(), pipeline.clientConfig())
            .end().values().stream().mapToLong(Long::longValue).sum();
    Moves moves =
        Moves.until(
            () -> job.read(PaymentsPipeline.APPLICATION_ID),
            () -> job.read(PaymentsPipeline.APPLICATION_ID) >= end);
    findings.step("live job: %,.0f input records a second".formatted(moves.perSecond()));
    pipeline.awaitDrained(Stage.LIMIT);
    return moves.perSecond();
  }

  private void latency(Instant from) throws Exception {
    try (Visibility visibility = Visibility.begin(target);
        JobWatch job = new JobWatch(stage);
        PacedLoad load = new PacedLoad(events(2 * ROUNDS), LIVE_PER_SECOND)) {
      load.begin();
      pause(WARM_UP_MS);
      long aloneMs = System.currentTimeMillis();
      pause(PHASE_MS);
      long aloneEndMs = System.currentTimeMillis();
      target.execute(LOCK, LOSE.formatted(from));
      long[] limited = limited(from);
      Replayed free;
      try (CommandRun command = stage.replay("reapply", "--from-time", from.toString())) {
        free = watch(command);
      }
      WatchedRun run = WatchedRun.of(stage, job);
      load.end();
      pipeline.awaitDrained(Stage.LIMIT);
      findings.figure(
          "reprocess's job beside %d live events a second, input records a second"
              .formatted(LIVE_PER_SECOND),
          run.moves().perSecond());
      findings.figure(
          "replay beside %d live events a second, records a second".formatted(LIVE_PER_SECOND),
          free.moves.perSecond());
      List<Sample> samples = visibility.samples(pipeline.clientConfig());
      say("no replay", Latency.of(samples, aloneMs, aloneEndMs));
      say(
          "replay of at most %d records a second".formatted(LIMITED_PER_SECOND),
          Latency.of(samples, limited[0], limited[1]));
      say("replay without a limit", Latency.of(samples, free.firstMs, free.lastMs));
      say("a replay's plan is counted", Latency.of(samples, free.beganMs, free.firstMs));
      say("a replay's result is counted", Latency.of(samples, free.lastMs, free.endMs));
      say("a reprocess runs the job", Latency.of(samples, run.firstMs(), run.lastMs()));
    }
  }

  /** From when to when it ran. */
  private long[] limited(Instant from) throws Exception {
    try (CommandRun command =
            stage.replay(
                "reapply", "--from-time", from.toString(), "--rate", "" + LIMITED_PER_SECOND);
        Target.Watch watch = target.watch()) {
      Waiting.until("the replay works", Stage.LIMIT, () -> done(watch) > 0);
      long fromMs = System.currentTimeMillis();
      long fromDone = done(watch);
      pause(PHASE_MS);
      long toMs = System.currentTimeMillis();
      findings.figure(
          "replay of at most %d records a second, records a second".formatted(LIMITED_PER_SECOND),
          (done(watch) - fromDone) * 1e3 / (toMs - fromMs));
      stage.changeReplay(
          "cancel",
          Long.toString(watch.replay().orElseThrow().id()),
          "--connect-url",
          pipeline.worker().url());
      command.ended(Stage.LIMIT);
      return new long[] {fromMs, toMs};
    }
  }

  private void say(String when, Latency latency) {
    findings.figure("p50 ms, event to row, " + when, (double) latency.p50Ms());
    findings.figure("p99 ms, event to row, " + when, (double) latency.p99Ms());
    findings.step(
        "%s: %,d entries, p50 %,d ms, p99 %,d ms, at most %,d ms"
            .formatted(when, latency.entries(), latency.p50Ms(), latency.p99Ms(), latency.maxMs()));
  }

  /** A span that is measured. */
  private static void pause(long ms) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(ms);
  }
}
