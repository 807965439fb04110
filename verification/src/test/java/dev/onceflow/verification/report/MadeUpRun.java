package dev.onceflow.verification.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A report with figures that look like those of a real run and are none: of any length, with any
 * number of faults; the same for the same seed.
 */
final class MadeUpRun {
  static final Instant START = Instant.parse("2026-11-21T18:00:00Z");

  private static final String[] KINDS = {
    "A kill-mid-batch",
    "A kill-before-end-txn",
    "A kill-after-end-txn",
    "A zombie-past-session-timeout",
    "A pause-past-transaction-timeout",
    "A stop-during-rebalance",
    "A uncaught-in-processor",
    "A disk-full-state",
    "A state-corrupted",
    "A two-instances-one-state",
    "B kill-transaction-coordinator",
    "B kill-group-coordinator",
    "B kill-partition-leader",
    "B rolling-clean-restart",
    "B below-min-in-sync",
    "B slow-broker",
    "B full-restart",
    "C end-txn-answer-lost",
    "C produce-answer-lost",
    "C txn-offset-commit-error",
    "C init-producer-concurrent",
    "C black-hole-client",
    "C find-coordinator-flaps",
    "D scale-out-and-in",
    "D rolling-upgrade",
    "D static-member-swap",
    "D standby-promoted",
    "D epoch-rollover",
    "E poison-bytes",
    "E oversize-record",
    "E skewed-timestamps",
    "E duplicates-far-apart",
    "E aborted-upstream",
    "E changelog-trimmed",
    "F database-killed-mid-transaction",
    "F commit-answer-lost",
    "F deadlock",
    "F two-sink-writers",
    "F database-restored",
    "F backfill-beside-live",
    "F backfill-killed-and-resumed",
    "F output-retention-passed"
  };

  private static final String[] BITES = {
    "broker %d lost %d connections; EndTxn answer of the job's producer lost, transaction aborted",
    "task 0_%d fenced, %d records rewound and read again",
    "COMMIT of worker %d answered by a cut line; fence read again, %d rows were there already",
    "member %d left the group, %d partitions moved"
  };

  private final Random random;
  private final int legs;
  private final int legSeconds;
  private final int faultCount;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();

  private MadeUpRun(long seed, int legs, int legSeconds, int faultCount) {
    this.random = new Random(seed);
    this.legs = legs;
    this.legSeconds = legSeconds;
    this.faultCount = faultCount;
  }

  /** Four hours in eight legs, 340 faults of 42 kinds, nothing lost. */
  static ChaosReport fourHours() {
    return new MadeUpRun(7, 8, 1_800, 340).report();
  }

  /** Eight minutes in one leg, as CI runs it. */
  static ChaosReport eightMinutes() {
    return new MadeUpRun(11, 1, 480, 12).report();
  }

  /** Four hours in which nearly everything went wrong. */
  static ChaosReport failing() {
    ChaosReport good = fourHours();
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : good.faults()) {
      boolean stuck = faults.size() % 97 == 42;
      boolean idle = fault.kind().equals("black-hole-client") || faults.size() % 50 == 13;
      faults.add(
          new Fault(
              fault.leg(),
              fault.kind(),
              fault.number(),
              fault.group(),
              fault.struckAt(),
              idle ? null : fault.bittenAt(),
              stuck ? null : fault.endedAt(),
              stuck || idle ? null : fault.recoveredAt(),
              idle
                  ? "looked for a lost connection in use: only an idle one was cut"
                  : fault.bite()));
    }
    List<Leg> legs = new ArrayList<>(good.legs());
    Leg last = legs.remove(legs.size() - 1);
    legs.add(
        new Leg(
            last.number(),
            last.phase(),
            last.startedAt(),
            last.endedAt(),
            "the machine went down",
            last.command(),
            Map.of("seed", "8", "onceflow", "0.1.0-SNAPSHOT (4c79697)")));
    List<Check> checks = new ArrayList<>(good.checks());
    checks.removeIf(check -> check.leg() == 3 && check.name().equals("lost"));
    checks.add(
        new Check(
            3,
            "lost",
            Answer.INVALID,
            Map.of("effects", 1_799_204L),
            412,
            deviations(12),
            "all of them committed between 1:14:02 and 1:14:09, while fault 36 was there"));
    checks.removeIf(check -> check.leg() == 8);
    checks.add(
        new Check(
            8, "lost", Answer.UNKNOWN, Map.of(), 0, List.of(), "the database could not be read"));
    List<ModeResult> modes = new ArrayList<>(good.modes());
    modes.removeIf(mode -> mode.mode().equals("FENCE_OFF") || !mode.control());
    modes.add(
        new ModeResult(
            0,
            "EXACTLY_ONCE",
            "As it ships",
            false,
            Answer.INVALID,
            14_400_000,
            412,
            0,
            0,
            List.of("lost", "conservation"),
            "event 01937f2e-7c1a-7a07-8f00-000000000101 has no row"));
    modes.add(
        new ModeResult(
            0,
            "FENCE_OFF",
            "The sink moves no fence",
            true,
            Answer.VALID,
            240_000,
            0,
            0,
            0,
            List.of(),
            null));
    return ChaosReport.of(good.run(), legs, good.samples(), faults, checks, modes, good.leftOut());
  }

  static Run run(long seed) {
    return new Run(
        "Full run: isolated, then overlapping",
        seed,
        new TreeMap<>(
            Map.of("scale", "full", "faults", "all", "duration", "4h", "rate", "500 records/s")),
        new TreeMap<>(
            Map.of(
                "onceflow",
                "0.1.0-SNAPSHOT (15008b2)",
                "kafka",
                "4.3.1",
                "postgresql",
                "18.6",
                "java",
                "17.0.15")),
        new TreeMap<>(Map.of("processors", "2", "memory", "24 GiB", "system", "Linux 6.1")),
        "onceflow chaos --seed %d --duration 4h --faults all --scale full".formatted(seed));
  }

  private ChaosReport report() {
    List<Leg> all = new ArrayList<>();
    Instant start = START;
    for (int leg = 1; leg <= legs; leg++) {
      Instant end = start.plusSeconds(legSeconds);
      String phase = leg > legs * 3 / 4 && legs > 1 ? "overlapping" : "isolated";
      all.add(
          new Leg(leg, phase, start, end, null, run(7).command() + " --resume " + leg, Map.of()));
      makeFaults(leg, start, phase.equals("overlapping"));
      start = end.plusSeconds(240);
    }
    makeSamples(all);
    return ChaosReport.of(run(7), all, samples, faults, checks(), modes(), leftOut());
  }

  private void makeFaults(int leg, Instant start, boolean overlapping) {
    int inLeg = faultCount * leg / legs - faultCount * (leg - 1) / legs;
    double each = (legSeconds - 60.0) / inLeg;
    for (int i = 0; i < inLeg; i++) {
      int kind = random.nextInt(KINDS.length);
      if (faults.size() < KINDS.length) {
        kind = faults.size();
      }
      double strike = 15 + i * each + random.nextDouble() * each * 0.2;
      double lasts = random.nextInt(3) == 0 ? 0.2 : 2 + random.nextDouble() * 14;
      double recovery = Math.exp(random.nextGaussian() * 0.9 + 1.0);
      if (overlapping) {
        lasts *= 2.5;
        recovery *= 2;
      }
      recovery = Math.min(recovery, overlapping ? 90 : Math.max(1, each - lasts - 3));
      Instant struck = start.plusMillis(Math.round(strike * 1_000));
      Instant ended = struck.plusMillis(Math.round(lasts * 1_000));
      boolean whole = random.nextInt(12) == 0;
      Instant recovered =
          whole
              ? struck.plusMillis(Math.round(lasts * 700))
              : ended.plusMillis(Math.round(recovery * 1_000));
      String bite =
          BITES[random.nextInt(BITES.length)].formatted(
              1 + random.nextInt(3), 3 + random.nextInt(40));
      faults.add(
          new Fault(
              leg,
              KINDS[kind].substring(2),
              kind + 1,
              KINDS[kind].substring(0, 1),
              struck,
              struck.plusMillis(80 + random.nextInt(1_500)),
              ended,
              recovered,
              bite));
    }
  }

  /** A queue before the job and one before the sink; both stand still while a fault bites. */
  private void makeSamples(List<Leg> all) {
    double written = 0;
    double committed = 0;
    double rows = 0;
    int next = 0;
    for (Leg leg : all) {
      for (int second = 0; second <= legSeconds; second += 2) {
        Instant now = leg.startedAt().plusSeconds(second);
        while (next < faults.size() && faults.get(next).recoveredAt().isBefore(now)) {
          next++;
        }
        boolean job = false;
        boolean sink = false;
        for (Fault fault : faults.subList(next, Math.min(next + 12, faults.size()))) {
          boolean there = fault.bittenAt().isBefore(now) && fault.recoveredAt().isAfter(now);
          job |= there && "ABC".contains(fault.group());
          sink |= there && "BF".contains(fault.group());
        }
        written += 2 * (500 + random.nextGaussian() * 25);
        committed += job ? 0 : Math.min(written * 2 - committed, 2 * 3_000);
        rows += sink ? 0 : Math.min(committed - rows, 2 * 5_000);
        samples.add(
            new Sample(
                leg.number(),
                second,
                Math.round(written),
                Math.round(committed),
                sink && random.nextInt(3) == 0 ? null : Math.round(rows),
                Math.round(written - committed / 2),
                sink ? null : Math.round(committed - rows),
                second % 60 == 0 ? processes(second) : List.of()));
      }
    }
  }

  private List<ProcessReading> processes(int second) {
    long noise = (long) random.nextInt(30) << 20;
    return List.of(
        new ProcessReading("broker-1", (620L << 20) + noise, 412 + second % 17, 5_200_000_000L),
        new ProcessReading("job-1", (410L << 20) + noise, 205 + second % 9, 310_000_000L),
        new ProcessReading("worker-1", (350L << 20) + noise, 180 + second % 5, null),
        new ProcessReading("postgres", (190L << 20) + noise, 96, 2_400_000_000L));
  }

  private List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    for (int leg = 1; leg <= legs; leg++) {
      for (String name :
          List.of("lost", "twice", "altered", "order", "conservation", "open-transaction", "lso")) {
        checks.add(
            new Check(
                leg, name, Answer.VALID, Map.of("effects", 1_800_000L - leg), 0, List.of(), null));
      }
    }
    checks.add(
        new Check(
            0,
            "growth",
            Answer.VALID,
            Map.of("readings", 964L),
            0,
            List.of(),
            "memory of no process grew by more than a tenth after the first half hour"));
    return checks;
  }

  private static List<Deviation> deviations(int howMany) {
    List<Deviation> deviations = new ArrayList<>();
    for (int i = 0; i < howMany; i++) {
      deviations.add(
          new Deviation(
              "event 01937f2e-7c1a-7a07-8f00-0000000001%02d".formatted(i),
              "2 ledger entries, 1,250 EUR from merchant-7 to settlement",
              "none",
              "payments-3@%d".formatted(88_120 + i)));
    }
    return deviations;
  }

  private static List<ModeResult> modes() {
    return List.of(
        new ModeResult(
            0,
            "EXACTLY_ONCE",
            "As it ships",
            false,
            Answer.VALID,
            14_400_000,
            0,
            0,
            0,
            List.of(),
            null),
        control("AT_LEAST_ONCE", "The job runs without transactions", 0, 1_873, 12, "twice"),
        control("FENCE_OFF", "The sink moves no fence", 0, 5_120, 0, "twice"),
        control("DEDUPE_OFF", "No event ID is remembered", 0, 9_004, 40, "twice"),
        control("READ_UNCOMMITTED", "The sink reads aborted records", 0, 771, 31, "aborted-seen"),
        control("OFFSETS_BEFORE_EFFECT", "Offsets go first: at-most-once", 2_208, 0, 0, "lost"),
        control(
            "BUG_EFFECT_OUTSIDE_TRANSACTION",
            "A seeded bug: one effect by itself",
            3,
            88,
            0,
            "twice"),
        control("BUG_WRONG_EPOCH_CHECK", "A seeded bug: zombies may write", 0, 64, 0, "twice"),
        control(
            "BUG_FORGOTTEN_HEADER",
            "A seeded bug: a header isn't copied",
            0,
            0,
            240_000,
            "altered"));
  }

  private static ModeResult control(
      String mode, String description, long lost, long twice, long other, String caughtBy) {
    return new ModeResult(
        0,
        mode,
        description,
        true,
        Answer.INVALID,
        240_000,
        lost,
        twice,
        other,
        List.of(caughtBy, "conservation"),
        "such as event 01937f2e-7c1a-7a07-8f00-000000000101 at payments-3@88120");
  }

  private static List<LeftOut> leftOut() {
    return List.of(
        new LeftOut("faults of outbox and ingress", "they don't exist yet"),
        new LeftOut("clock-jump", "faketime is not installed on this machine"));
  }
}
