package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event counts once in long histories: of two tasks side by side, and in random order. */
class MemoryHistoriesIT extends MemoryCase {
  /**
   * Each event comes in both partitions, to two tasks at once, which begin with an empty memory.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eventThatComesToTwoTasksAtOnceIsCountedOnce(boolean isTimed) {
    tables.config.put("batch.rows.max", "50");
    for (int i = 0; i < 2_000; i++) {
      long hour = Duration.ofHours(i % 97).toMillis();
      sale(sales, isTimed ? idOf(TODAY_MS - hour, i) : "sale " + i, 1);
      int other = 1_999 - i;
      hour = Duration.ofHours(other % 97).toMillis();
      sale(more, isTimed ? idOf(TODAY_MS - hour, other) : "sale " + other, 1);
    }
    TestingWorker first = tables.worker(sales);
    TestingWorker second = tables.worker(more);

    CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> drainThroughTrouble(first)),
            CompletableFuture.runAsync(() -> drainThroughTrouble(second)))
        .join();

    assertThat(counted()).isEqualTo("2000");
  }

  private static void drainThroughTrouble(TestingWorker worker) {
    for (int idle = 0; idle < 2; ) {
      idle = worker.step() == 0 ? idle + 1 : 0;
    }
  }

  /**
   * Events, duplicates, late ones and restarts in random order. Whatever is forgotten when, an
   * event counts once; one that came within the horizon is never called unprovable, nor is one that
   * is younger than all that can have been forgotten.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void verdictsAreAllowedWhateverHappens(long seed) {
    Random random = new Random(seed);
    Map<String, Long> lastArrivals = new HashMap<>();
    Map<String, Long> counts = new HashMap<>();
    List<String> ids = new ArrayList<>();
    long nowMs = TODAY_MS;
    TestingWorker worker = tables.worker(sales);
    for (int i = 0; i < 300; i++) {
      if (random.nextInt(15) == 0) {
        worker = tables.worker(sales);
      }
      long passMs = (long) (random.nextDouble() * HORIZON.toMillis() / 5);
      sales.pass(Duration.ofMillis(passMs));
      nowMs += passMs;
      boolean isAgain = !ids.isEmpty() && random.nextInt(3) == 0;
      String id =
          isAgain
              ? ids.get(Math.max(0, ids.size() - 1 - random.nextInt(40)))
              : idOf(nowMs - (long) (random.nextDouble() * 4 * HORIZON.toMillis()), i);
      ids.add(id);
      sale(sales, id, 1);
      long before = Long.parseLong(counted());
      int reasons = worker.context.deadLetterReasons.size();

      worker.drain();

      boolean isCounted = Long.parseLong(counted()) > before;
      boolean isUnprovable = worker.context.deadLetterReasons.size() > reasons;
      Long lastArrival = lastArrivals.get(id);
      String what = "step " + i + " of seed " + seed;
      if (isCounted) {
        assertThat(counts.merge(id, 1L, Long::sum)).as(what).isEqualTo(1);
        lastArrivals.put(id, nowMs);
      } else if (isUnprovable) {
        long horizonAgo = nowMs - HORIZON.toMillis();
        assertThat(lastArrival == null || lastArrival < horizonAgo).as(what).isTrue();
        assertThat(lastArrivals)
            .as(what)
            .anySatisfy(
                (other, arrival) -> {
                  assertThat(arrival).isLessThan(horizonAgo);
                  assertThat(other).isGreaterThanOrEqualTo(id.substring(0, 13));
                });
      } else {
        assertThat(counts).as(what).containsKey(id);
      }
    }
    assertThat(worker.context.deadLetterReasons.size() + counts.size()).isPositive();
  }
}
