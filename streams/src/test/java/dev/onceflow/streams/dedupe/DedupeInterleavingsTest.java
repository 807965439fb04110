package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.route.Parsed;
import dev.onceflow.streams.verdict.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/**
 * Every order of records, flushes, commits, crashes and jumps of time up to a length, and longer
 * ones at random: each record's verdict is that of the specification, however often a crash makes
 * it come again, and whatever of it was on the disk already. There is no Streams here, only the
 * memory and its two stores.
 */
class DedupeInterleavingsTest {
  /** How long each order is; 6 takes ten times as long: -Donceflow.dedupe.steps=6. */
  private static final int STEPS = Integer.getInteger("onceflow.dedupe.steps", 5);

  private static final int RANDOM_HISTORIES = 3_000;
  private static final int RANDOM_STEPS = 60;
  private static final long HORIZON = 32_000;
  private static final long BUCKET = HORIZON / 32;
  private static final DedupeConfig CONFIG = new DedupeConfig(HORIZON, 500);
  private static final long START = 1_000_000;

  /** Few, so that the filters of recent keys are exchanged within a history. */
  private static final int RECENT_KEYS = 4;

  private enum Step {
    EVENT,
    ALTERED,
    SET_ASIDE,
    OLD,
    WITHOUT_TIME,
    BUCKET_LATER,
    HORIZON_LATER,
    FLUSH,
    COMMIT,
    CRASH;

    private static final Set<Step> LATER = EnumSet.of(BUCKET_LATER, HORIZON_LATER);
    private static final Set<Step> DURABLE = EnumSet.of(FLUSH, COMMIT, CRASH);

    /** What it would do is done already, or is done by the history's end. */
    boolean showsNothingAfter(List<Step> before) {
      if (before.isEmpty()) {
        return DURABLE.contains(this);
      }
      Step last = before.get(before.size() - 1);
      return (DURABLE.contains(this) && (this == last || LATER.contains(last)))
          || (this == FLUSH && last == COMMIT)
          || (this == BUCKET_LATER && last == HORIZON_LATER);
    }
  }

  private record Input(String id, long idTimeMs, String content, long timestampMs) {
    byte[] value() {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }

  @Test
  void verdictsAreThoseOfTheSpecificationInEveryOrder() {
    Set<Verdict> seen = EnumSet.noneOf(Verdict.class);

    int histories = everyOrder(STEPS, new ArrayList<>(), false, seen);

    assertThat(histories).isGreaterThan(30_000);
    assertThat(seen).contains(Verdict.NEW, Verdict.DUPLICATE, Verdict.ALTERED, Verdict.UNPROVABLE);
  }

  @Test
  void verdictsAreThoseOfTheSpecificationInLongRandomHistories() {
    long first = new Random().nextLong();
    for (long seed = first; seed < first + RANDOM_HISTORIES; seed++) {
      Random random = new Random(seed);
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < RANDOM_STEPS; i++) {
        steps.add(Step.values()[random.nextInt(Step.values().length)]);
      }
      new History("seed " + seed, false).run(steps);
    }
  }

  @Test
  void controlAStateThatOutlivesAnAbortedTransactionIsCaught() {
    assertThatThrownBy(() -> everyOrder(4, new ArrayList<>(), true, EnumSet.noneOf(Verdict.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FLUSH");
  }

  private static int everyOrder(int left, List<Step> steps, boolean isBroken, Set<Verdict> seen) {
    if (left == 0) {
      History history = new History("in order", isBroken);
      history.run(steps);
      seen.addAll(history.specified);
      return 1;
    }
    int histories = 0;
    for (Step next : Step.values()) {
      if (!next.showsNothingAfter(steps)) {
        steps.add(next);
        histories += everyOrder(left - 1, steps, isBroken, seen);
        steps.remove(steps.size() - 1);
      }
    }
    return histories;
  }

  /** One partition of the input and the memory of its task. */
  private static final class History {
    private final String name;
    private final boolean isBroken;
    private final TestingStore<Bytes> entries = new TestingStore<>();
    private final TestingStore<Long> buckets = new TestingStore<>();
    private final NaiveDedupe specification = new NaiveDedupe(CONFIG);
    private final List<Input> input = new ArrayList<>();
    private final List<Verdict> specified = new ArrayList<>();
    private Memory memory = new Memory(entries, buckets, CONFIG, RECENT_KEYS);
    private int position;
    private int committedPosition;
    private long nowMs = START;

    History(String name, boolean isBroken) {
      this.name = name;
      this.isBroken = isBroken;
    }

    void run(List<Step> steps) {
      steps.forEach(step -> take(step, steps));
      // What isn't committed yet comes again; then every ID once more, to see what is remembered.
      take(Step.CRASH, steps);
      take(Step.EVENT, steps);
      take(Step.OLD, steps);
      take(Step.WITHOUT_TIME, steps);
      take(Step.SET_ASIDE, steps);
    }

    private void take(Step step, List<Step> steps) {
      switch (step) {
        case EVENT -> append(HorizonTest.id(START, 1).toString(), START, "a", steps);
        case ALTERED -> append(HorizonTest.id(START, 1).toString(), START, "other", steps);
        case SET_ASIDE -> append(HorizonTest.id(START, 2).toString(), START, "dlq", steps);
        case OLD -> append(HorizonTest.id(START - 10, 3).toString(), START - 10, "old", steps);
        case WITHOUT_TIME -> append("order-1", -1, "n", steps);
        case BUCKET_LATER -> nowMs += BUCKET;
        case HORIZON_LATER -> nowMs += HORIZON;
        case FLUSH -> {
          entries.writeToDisk();
          buckets.writeToDisk();
        }
        case COMMIT -> {
          entries.commit();
          buckets.commit();
          committedPosition = position;
        }
        case CRASH -> crash(steps);
      }
    }

    private void append(String id, long idTimeMs, String content, List<Step> steps) {
      input.add(new Input(id, idTimeMs, content, nowMs));
      specified.add(specification.decide(id, idTimeMs, content, nowMs, Memory.NOT_RELEASED));
      processNext(steps);
    }

    private void crash(List<Step> steps) {
      if (isBroken) {
        entries.restoreFromDisk();
        buckets.restoreFromDisk();
      } else {
        entries.restore();
        buckets.restore();
      }
      memory = new Memory(entries, buckets, CONFIG, RECENT_KEYS);
      position = committedPosition;
      while (position < input.size()) {
        processNext(steps);
      }
    }

    private void processNext(List<Step> steps) {
      Input record = input.get(position);
      EventKey key = memory.key(record.id(), Parsed.NO_TIME);
      long contentHash = memory.contentHash(record.value());
      Verdict verdict = memory.verdict(key, contentHash, record.timestampMs(), Memory.NOT_RELEASED);
      if (verdict == Verdict.NEW) {
        memory.remember(
            key, contentHash, record.content().startsWith("dlq") ? Outcome.DLQ : Outcome.APPLIED);
      }
      if (verdict != specified.get(position)) {
        throw new AssertionError(
            "record %d is %s, specified as %s: %s, %s; input %s"
                .formatted(position, verdict, specified.get(position), name, steps, input));
      }
      position++;
    }
  }
}
