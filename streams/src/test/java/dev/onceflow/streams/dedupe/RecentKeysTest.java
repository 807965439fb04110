package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentKeysTest {
  private static final int KEYS_MAX = 64;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsRememberedIsNeverDenied(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<EventKey> remembered = new ArrayList<>();
    long highestMs = EventKey.NO_TIME;
    RecentKeys recent = new RecentKeys(highestMs, KEYS_MAX);

    for (int i = 0; i < 5_000; i++) {
      if (random.nextInt(700) == 0) {
        // A restart: all that it is told is what the buckets tell.
        recent = new RecentKeys(highestMs, KEYS_MAX);
      }
      EventKey key = key(random, i);
      remembered.add(key);
      recent.add(key);
      highestMs = Math.max(highestMs, key.timeMs());

      assertThat(remembered).allMatch(recent::mayHold);
    }
  }

  // In order, late by up to 200, ahead of its time, without a time, and in capitals.
  private static EventKey key(SplittableRandom random, int nowMs) {
    return switch (random.nextInt(8)) {
      case 0 -> of("order-" + random.nextLong());
      case 1 -> of(uuid(random, Math.max(0, nowMs - random.nextInt(200))).toUpperCase(Locale.ROOT));
      case 2 -> of(uuid(random, Math.max(0, nowMs - random.nextInt(200))));
      case 3 -> of(uuid(random, nowMs + random.nextInt(50)));
      default -> of(uuid(random, nowMs));
    };
  }

  @Test
  void newIdsAreMostlyDenied() {
    SplittableRandom random = new SplittableRandom(6);
    RecentKeys recent = new RecentKeys(EventKey.NO_TIME, RecentKeys.KEYS_MAX);
    IntStream.range(0, 2 * RecentKeys.KEYS_MAX)
        .forEach(i -> recent.add(of(uuid(random, 1_000 + i / 100))));

    long asked =
        IntStream.range(0, 100_000)
            .filter(i -> recent.mayHold(of(uuid(random, 10_000 + i / 100))))
            .count();

    assertThat(asked).isLessThan(3_000);
  }

  @Test
  void oldIdsAndThoseWithoutTimeAreAlwaysAskedFor() {
    SplittableRandom random = new SplittableRandom(7);
    RecentKeys recent = new RecentKeys(5_000, KEYS_MAX);

    assertThat(recent.mayHold(of(uuid(random, 5_000)))).isTrue();
    assertThat(recent.mayHold(of("order-1"))).isTrue();
    assertThat(recent.mayHold(of(UUID.randomUUID().toString()))).isTrue();
    assertThat(recent.mayHold(of(uuid(random, 5_001)))).isFalse();
  }

  private static EventKey of(String id) {
    return EventKey.of(id, Memory.sha256());
  }

  private static String uuid(SplittableRandom random, long timeMs) {
    return new UUID(
            (timeMs << 16) | 0x7000L | (random.nextLong() & 0xFFFL),
            (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L)
        .toString();
  }
}
