package dev.onceflow.verification.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A run of one leg of two minutes, put together piece by piece; valid unless something is added.
 */
final class SmallRun {
  static final Instant START = Instant.parse("2026-11-21T18:00:00Z");

  private final Run run;
  private final Instant start;
  private final List<Leg> legs = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private final List<ModeResult> modes = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();

  private SmallRun(Run run, Instant start) {
    this.run = run;
    this.start = start;
  }

  /** Nothing in it yet, not even a leg. */
  static SmallRun empty() {
    return new SmallRun(
        new Run(
            "Small run",
            7,
            Map.of("scale", "small"),
            Map.of("kafka", "4.3.1"),
            Map.of("processors", "2"),
            "onceflow chaos --seed 7 --scale small"),
        START);
  }

  /** One leg in which all was well. */
  static SmallRun valid() {
    return at(START, 7);
  }

  static SmallRun at(Instant start, long seed) {
    Run like = empty().run;
    SmallRun small =
        new SmallRun(
            new Run(
                like.title(),
                seed,
                like.options(),
                like.versions(),
                like.machine(),
                "onceflow chaos --seed %d --scale small".formatted(seed)),
            start);
    return small
        .leg(null)
        .samples(10, 120)
        .fault("end-txn-answer-lost", 18, 10, 10.5, 12.0, 16.2)
        .check("lost", Answer.VALID, null)
        .mode("EXACTLY_ONCE", Answer.VALID, 0, 0)
        .mode("FENCE_OFF", Answer.INVALID, 0, 512);
  }

  /** A leg, and what cut it short, or null. */
  SmallRun leg(String interruption) {
    return leg("isolated", interruption);
  }

  /** A leg of a control. */
  SmallRun controlLeg() {
    return leg(Leg.CONTROL, null);
  }

  private SmallRun leg(String phase, String interruption) {
    int number = legs.size() + 1;
    Instant begin = start.plusSeconds(600L * (number - 1));
    legs.add(
        new Leg(
            number, phase, begin, begin.plusSeconds(120), interruption, run.command(), Map.of()));
    return this;
  }

  /** Readings of the last leg: a hundred records a second. */
  SmallRun samples(int everySeconds, int untilSecond) {
    for (int second = 0; second <= untilSecond; second += everySeconds) {
      samples.add(
          new Sample(
              legs.size(),
              second,
              100L * second,
              200L * second,
              200L * second,
              50L,
              100L,
              List.of(new ProcessReading("job-1", 400L << 20, 200, 1_000_000L))));
    }
    return this;
  }

  /** A fault of group C in the last leg; what is null didn't happen. */
  SmallRun fault(
      String kind, int number, double struck, Double bitten, Double ended, Double recovered) {
    faults.add(
        new Fault(
            legs.size(),
            kind,
            number,
            "C",
            moment(struck),
            moment(bitten),
            moment(ended),
            moment(recovered),
            bitten == null ? "looked for a lost answer" : "EndTxn answer of job-1 lost"));
    return this;
  }

  SmallRun check(String name, Answer answer, String note) {
    boolean bad = answer == Answer.INVALID;
    checks.add(
        new Check(
            legs.size(),
            name,
            answer,
            Map.of("effects", 24_000L),
            bad ? 2 : 0,
            bad
                ? List.of(new Deviation("event 1", "2 entries", "none", "payments-0@17"))
                : List.of(),
            note));
    return this;
  }

  SmallRun mode(String mode, Answer answer, long lost, long twice) {
    boolean control = !mode.equals("EXACTLY_ONCE");
    modes.add(
        new ModeResult(
            0,
            mode,
            "Mode " + mode,
            control,
            answer,
            24_000,
            lost,
            twice,
            0,
            lost + twice == 0 ? List.of() : List.of(lost > 0 ? "lost" : "twice"),
            null));
    return this;
  }

  SmallRun leftOut(String what, String why) {
    leftOut.add(new LeftOut(what, why));
    return this;
  }

  ChaosReport report() {
    return ChaosReport.of(run, legs, samples, faults, checks, modes, leftOut);
  }

  private Instant moment(Double second) {
    return second == null
        ? null
        : legs.get(legs.size() - 1).startedAt().plusMillis(Math.round(second * 1_000));
  }
}
