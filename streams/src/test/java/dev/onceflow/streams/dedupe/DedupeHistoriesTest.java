package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of events, copies, altered copies, late and early IDs, jumps and steps back of
 * time, restarts between any two records and deletions at any moment: the verdicts are those of the
 * specification, with and without restarts.
 */
class DedupeHistoriesTest {
  private static final int RECORDS = 3_000;
  private static final long HORIZON = 10_000;
  private static final DedupeConfig CONFIG = new DedupeConfig(HORIZON, 500);
  private static final long START = 1_000_000;

  private record Input(
      String id, long idTimeMs, String content, long timestampMs, long releasedMs) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void verdictsAreThoseOfTheSpecificationWhereverTheJobIsRestarted(
      long seed, @TempDir Path through, @TempDir Path restarted) {
    List<Input> history = history(new Random(seed));
    List<Verdict> expected = specified(history, CONFIG);
    assertThat(expected).as("seed %d shows every verdict", seed).contains(Verdict.values());

    assertThat(decided(history, through, CONFIG, null)).as("seed %d", seed).isEqualTo(expected);
    assertThat(decided(history, restarted, CONFIG, new Random(~seed)))
        .as("seed %d, restarted", seed)
        .isEqualTo(expected);
  }

  /** The control: the comparison sees a horizon that is off by one bucket. */
  @Test
  void aHorizonThatIsABucketShorterIsCaught(@TempDir Path stateDir) {
    List<Input> history = history(new Random(1));
    DedupeConfig shorter = new DedupeConfig(HORIZON - HORIZON / 32, 500);

    assertThat(decided(history, stateDir, shorter, null)).isNotEqualTo(specified(history, CONFIG));
  }

  @Test
  void theChangelogHoldsWhatTheStoreHolds(@TempDir Path stateDir) {
    Random random = new Random(99);
    Map<Bytes, Bytes> restored = new HashMap<>();
    try (TestingJob job = new TestingJob(stateDir, CONFIG)) {
      for (Input input : history(random)) {
        send(job, input);
      }
      job.replayChangelog(restored);

      assertThat(restored).isEqualTo(job.entries());
    }
  }

  private static List<Verdict> specified(List<Input> history, DedupeConfig config) {
    NaiveDedupe naive = new NaiveDedupe(config);
    return history.stream()
        .map(i -> naive.decide(i.id(), i.idTimeMs(), i.content(), i.timestampMs(), i.releasedMs()))
        .toList();
  }

  private static List<Verdict> decided(
      List<Input> history, Path stateDir, DedupeConfig config, Random restarts) {
    List<Verdict> verdicts = new ArrayList<>();
    try (TestingJob job = new TestingJob(stateDir, config)) {
      Tally before = Tally.NONE;
      for (Input input : history) {
        send(job, input);
        Tally after = job.counts();
        verdicts.add(verdict(before, after, job.reasons("quarantine")));
        before = after;
        if (restarts != null && restarts.nextInt(5) == 0) {
          job.restart();
        }
        if (restarts != null && restarts.nextInt(10) == 0) {
          job.revive();
        }
      }
    }
    return verdicts;
  }

  private static void send(TestingJob job, Input input) {
    RecordHeaders headers = new RecordHeaders();
    if (input.releasedMs() >= 0) {
      headers.add(
          Dedupe.RELEASE, Long.toString(input.releasedMs()).getBytes(StandardCharsets.UTF_8));
    }
    // Where the ID has no time inside, its event may have one.
    String dated = input.id().startsWith("order-") && input.idTimeMs() >= 0 ? "@" : "";
    job.send(
        input.id() + (dated.isEmpty() ? "" : dated + input.idTimeMs()) + "=" + input.content(),
        input.timestampMs(),
        headers);
  }

  private static Verdict verdict(Tally before, Tally after, List<String> quarantined) {
    if (after.applied() > before.applied() || after.dlq() > before.dlq()) {
      return Verdict.NEW;
    }
    if (after.duplicate() > before.duplicate()) {
      return Verdict.DUPLICATE;
    }
    return switch (quarantined.get(0)) {
      case Dedupe.ALTERED -> Verdict.ALTERED;
      case Dedupe.UNPROVABLE -> Verdict.UNPROVABLE;
      default -> Verdict.FUTURE;
    };
  }

  private static List<Input> history(Random random) {
    List<Input> history = new ArrayList<>();
    long now = START;
    for (int i = 0; i < RECORDS; i++) {
      now += random.nextInt(200) == 0 ? random.nextLong(2 * HORIZON) : random.nextLong(40);
      long timestamp = random.nextInt(30) == 0 ? now - random.nextLong(HORIZON) : now;
      if (i > 0 && random.nextInt(3) == 0) {
        Input copied = history.get(earlier(random, history, now));
        boolean altered = random.nextInt(10) == 0;
        long time = altered ? alteredTime(copied, random, timestamp) : copied.idTimeMs();
        // The time is part of what is sent.
        String content = altered ? "other" + time : copied.content();
        history.add(new Input(copied.id(), time, content, timestamp, released(random, timestamp)));
      } else if (random.nextInt(4) == 0) {
        long time = random.nextBoolean() ? -1 : idTime(random, timestamp);
        history.add(
            new Input(
                "order-" + i, time, content(random, i), timestamp, released(random, timestamp)));
      } else {
        long idTime = idTime(random, timestamp);
        history.add(
            new Input(
                HorizonTest.id(idTime, i).toString(),
                idTime,
                content(random, i),
                timestamp,
                released(random, timestamp)));
      }
    }
    return history;
  }

  // What stands beside the ID can be altered, what stands inside can't.
  private static long alteredTime(Input copied, Random random, long timestamp) {
    boolean beside = copied.id().startsWith("order-") && copied.idTimeMs() >= 0;
    return beside ? idTime(random, timestamp) : copied.idTimeMs();
  }

  private static String content(Random random, int i) {
    return (random.nextInt(10) == 0 ? "dlq" : "c") + i;
  }

  private static long released(Random random, long timestamp) {
    return random.nextInt(15) == 0 ? timestamp + 1_000 - random.nextLong(2 * HORIZON) : -1;
  }

  // Near copies, copies from about a horizon ago, copies from anywhere.
  private static int earlier(Random random, List<Input> history, long now) {
    int size = history.size();
    return switch (random.nextInt(3)) {
      case 0 -> random.nextInt(size);
      case 1 -> {
        long then = now - HORIZON - HORIZON / 16 + random.nextLong(HORIZON / 8);
        int at = size - 1;
        while (at > 0 && history.get(at).timestampMs() > then) {
          at--;
        }
        yield at;
      }
      default -> size - 1 - random.nextInt(Math.min(size, 50));
    };
  }

  private static long idTime(Random random, long timestamp) {
    return switch (random.nextInt(20)) {
      case 0 -> timestamp + 500 + random.nextLong(1_000);
      case 1 -> timestamp + random.nextLong(501);
      case 2 -> timestamp - random.nextLong(3 * HORIZON);
      case 3 -> START - random.nextLong(START / 2);
      default -> timestamp - random.nextLong(100);
    };
  }
}
