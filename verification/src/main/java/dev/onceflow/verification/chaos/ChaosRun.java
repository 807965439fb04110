package dev.onceflow.verification.chaos;

import dev.onceflow.cli.UserException;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Passage;
import dev.onceflow.verification.nemesis.Bite;
import dev.onceflow.verification.nemesis.NothingToStrike;
import dev.onceflow.verification.nemesis.Struck;
import dev.onceflow.verification.report.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Faults on a cluster under load, in one phase or two: <em>isolated</em>, where the next fault
 * waits until the whole path works again, and <em>overlapping</em>, where they come at their times.
 *
 * <p>For one thread, which may be interrupted; overlapping faults have threads of their own, which
 * end before the phase does.
 */
final class ChaosRun {
  private static final Duration BITE_LIMIT = Duration.ofSeconds(20);
  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(4);
  private static final Duration TEND_EVERY = Duration.ofSeconds(5);
  private static final int ATTEMPTS_MAX = 3;
  private static final long LOOK_MS = 100;

  private final int leg;
  private final Cluster cluster;
  private final Flow flow;
  private final Load load;
  private final Consumer<String> progress;
  private final long startedNs = System.nanoTime();
  private final List<Fault> faults = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param leg its number in the run
   * @param progress hears of each step in a line
   */
  ChaosRun(int leg, Cluster cluster, Flow flow, Load load, Consumer<String> progress) {
    this.leg = leg;
    this.cluster = cluster;
    this.flow = flow;
    this.load = load;
    this.progress = progress;
  }

  /**
   * Waits until the load has gone the whole way once: what is struck before that is struck idle.
   */
  void awaitFlow() {
    Passage passage = new Passage(flow);
    if (!await(RECOVERY_LIMIT, passage::isThrough)) {
      throw new UserException(
          "Nothing had flowed through the untouched cluster after %d s: the machine may be too busy for it"
              .formatted(RECOVERY_LIMIT.toSeconds()));
    }
    say("the load flows through on every partition");
  }

  /**
   * One fault after the other, each kind once at least, and then until the time is over.
   *
   * @param firstIndex where in the schedule to begin
   */
  void isolated(Schedule schedule, Duration length, int firstIndex) {
    long endNs = System.nanoTime() + length.toNanos();
    int index = firstIndex;
    int wholeRound = firstIndex + schedule.kinds().size();
    while (index < wholeRound || System.nanoTime() < endNs) {
      Schedule.Turn turn = schedule.turn(index);
      Fault fault = strike(turn);
      note(turn, fault);
      if (fault.bitten() && !fault.recovered()) {
        say("no further fault: the next one could show nothing");
        return;
      }
      index++;
    }
  }

  /** Faults at their times; returns when the last one has ended and all works again. */
  void overlapping(Schedule schedule, Duration length, Duration gap, int firstIndex)
      throws InterruptedException {
    long beganNs = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    for (Schedule.Timed timed : schedule.overlapping(length, gap, firstIndex)) {
      long waitNs = beganNs + timed.after().toNanos() - System.nanoTime();
      if (waitNs > 0) {
        TimeUnit.NANOSECONDS.sleep(waitNs);
      }
      Thread thread =
          new Thread(
              () -> {
                try {
                  note(timed.turn(), strike(timed.turn()));
                } catch (RuntimeException e) {
                  failure.compareAndSet(null, e);
                }
              },
              "fault-" + timed.turn().index());
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    RuntimeException broken = failure.get();
    if (broken != null) {
      // Its fault is in no list, so nothing could be said of the run.
      throw broken;
    }
  }

  private void note(Schedule.Turn turn, Fault fault) {
    faults.add(fault);
    say(
        "fault %d, %s: %s%s; %s"
            .formatted(
                turn.index() + 1,
                fault.kind(),
                fault.bitten() ? "" : "NOT BITTEN, ",
                fault.bite(),
                fault.recovered()
                    ? "recovered in %.1f s"
                        .formatted(
                            Duration.between(fault.endedAt(), fault.recoveredAt()).toMillis()
                                / 1_000.0)
                    : "NOT RECOVERED"));
  }

  private Fault strike(Schedule.Turn turn) {
    Fault fault = null;
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      load.check();
      fault = strikeOnce(turn);
      if (fault.bitten()) {
        return fault;
      }
      say("fault %d, %s did not bite: %s".formatted(turn.index() + 1, fault.kind(), fault.bite()));
    }
    return fault;
  }

  private Fault strikeOnce(Schedule.Turn turn) {
    Instant asked = Instant.now();
    Instant bittenAt = null;
    try (Struck struck = turn.kind().strike(cluster, flow, turn.random())) {
      say(
          "fault %d, %s strikes %s"
              .formatted(turn.index() + 1, turn.kind().name(), struck.victim()));
      bittenAt =
          await(BITE_LIMIT.plus(turn.kind().holds()), () -> struck.bite().bitten())
              ? Instant.now()
              : null;
      Bite first = struck.bite();
      hold(Duration.between(Instant.now(), struck.startedAt().plus(turn.kind().holds())));
      // By its end it may have done more; or it can't be seen any more.
      Bite last = struck.bite();
      Instant endedAt = Instant.now();
      struck.end();
      Passage passage = new Passage(flow);
      Instant recoveredAt =
          await(RECOVERY_LIMIT, () -> allUp() && struck.recovered() && passage.isThrough())
              ? Instant.now()
              : null;
      String words = (last.bitten() || bittenAt == null ? last : first).words();
      return fault(
          turn, struck.startedAt(), bittenAt, endedAt, recoveredAt, struck.victim() + ": " + words);
    } catch (NothingToStrike | UserException e) {
      // Where it had bitten it stays bitten: what failed then is its end, or the recovery.
      return fault(turn, asked, bittenAt, Instant.now(), null, e.getMessage());
    }
  }

  private Fault fault(
      Schedule.Turn turn,
      Instant struckAt,
      Instant bittenAt,
      Instant endedAt,
      Instant recoveredAt,
      String bite) {
    return new Fault(
        leg,
        turn.kind().name(),
        turn.kind().number(),
        turn.kind().group(),
        struckAt,
        bittenAt,
        endedAt,
        recoveredAt,
        bite);
  }

  /** Whether every process runs that no fault holds down. */
  private boolean allUp() {
    return cluster.members().stream()
        .allMatch(member -> member.isHeld() || member.process().alive());
  }

  private static void hold(Duration time) {
    if (!time.isNegative()) {
      sleep(time.toMillis());
    }
  }

  /** Whether it comes true within the limit; sees to failed tasks of the sink meanwhile. */
  private boolean await(Duration limit, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    long tendNs = System.nanoTime() + TEND_EVERY.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNs) {
        return false;
      }
      if (System.nanoTime() > tendNs) {
        cluster.tendSink();
        tendNs = System.nanoTime() + TEND_EVERY.toNanos();
      }
      sleep(LOOK_MS);
    }
    return true;
  }

  private static void sleep(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a fault", e);
    }
  }

  /** What became of the faults so far. */
  List<Fault> faults() {
    synchronized (faults) {
      return faults.stream().sorted(Comparator.comparing(Fault::struckAt)).toList();
    }
  }

  private void say(String line) {
    progress.accept("%7.1f s  %s".formatted((System.nanoTime() - startedNs) / 1e9, line));
  }
}
