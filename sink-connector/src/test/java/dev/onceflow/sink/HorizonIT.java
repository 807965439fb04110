package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What is said of an event by its age: new, a duplicate, altered, unprovable or from the future.
 */
class HorizonIT extends MemoryCase {
  private static final Duration YEAR = Duration.ofDays(365);

  @Test
  void yearOldFileThatIsLoadedTodayIsNew() {
    loadOldFile();
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("100");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void yearOldFileThatIsLoadedTwiceIsADuplicate() {
    loadOldFile();
    tables.worker(sales).drain();
    sales.pass(HORIZON.minusHours(1));
    loadOldFile();
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("100");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void yearOldFileThatIsLoadedAgainPastTheHorizonIsUnprovable() {
    loadOldFile();
    tables.worker(sales).drain();
    sales.pass(HORIZON.plusHours(12));
    loadOldFile();
    String fresh = idOf(TODAY_MS + HORIZON.toMillis(), 0);
    sale(sales, fresh, 1);
    sale(sales, fresh, 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("101");
    assertThat(rejected(worker, "unprovable")).isEqualTo(100);
    assertThat(worker.context.deadLetterReasons.get(0))
        .hasMessage(
            "table totals: whether record sales-0@100 took effect before can't be proved: its event ID is"
                + " unknown, and was minted in a time whose memory was dropped (dedupe.horizon.ms)");
    assertThat(tables.postgres.query(PARTITIONS)).isEqualTo("2 0");
  }

  @Test
  void unknownEventAboveTheFloorIsNewHoweverLateItComes() {
    sale(sales, idOf(TODAY_MS - YEAR.toMillis(), 1), 1);
    sales.pass(HORIZON.multipliedBy(2).plusHours(12));
    sale(sales, idOf(TODAY_MS - YEAR.dividedBy(2).toMillis(), 2), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(worker.context.deadLetterReasons).isEmpty();
  }

  @Test
  void opaqueIdsAreKnownForTheHorizonAndNewAfterTwo() {
    for (int i = 0; i < 20; i++) {
      sale(sales, "first", 1);
      sale(sales, "of period " + i, 1);
      sales.pass(HORIZON.dividedBy(2));
      sale(sales, "of period " + i, 1);
      tables.worker(sales).drain();
    }
    assertThat(tables.postgres.query(PARTITIONS)).isEqualTo("0 2");
    long counted = Long.parseLong(counted());
    // Each period's once; "first" again whenever its generation was dropped.
    assertThat(counted).isBetween(23L, 27L);
  }

  @Test
  void eventThatComesAgainWithOtherContentIsAltered() {
    String id = idOf(TODAY_MS, 1);
    sale(sales, id, 5);
    tables.worker(sales).drain();
    sale(sales, idOf(TODAY_MS, 2), 7);
    sale(sales, id, 6);
    sale(sales, "text", 9);
    sale(sales, id, 5);
    TestingWorker worker = tables.worker(sales);
    worker.drain();
    sale(sales, "text", 10);

    worker.drain();

    assertThat(tables.postgres.query("SELECT amount, n FROM totals")).isEqualTo("21,3");
    assertThat(worker.context.deadLetterReasons)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "table totals: the event ID of record sales-0@2 took effect before, with other content",
            "table totals: the event ID of record sales-0@5 took effect before, with other content");
  }

  @Test
  void eventFromTheFutureIsRejectedAndNotRemembered() {
    sale(sales, idOf(TODAY_MS + Duration.ofHours(2).toMillis(), 1), 1);
    sale(sales, idOf(TODAY_MS + Duration.ofMinutes(59).toMillis(), 2), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("1");
    assertThat(rejected(worker, "future")).isEqualTo(1);
    assertThat(tables.postgres.query("SELECT count(*) FROM onceflow.processed_events"))
        .isEqualTo("1");
  }

  /** Single message transforms can leave a record without one. */
  @Test
  void recordWithoutATimestampIsJudgedByItsArrival() {
    sale(sales, idOf(TODAY_MS, 1), 1);
    sales.forgetTime();
    sale(sales, idOf(TODAY_MS + Duration.ofHours(2).toMillis(), 2), 1);
    sale(sales, idOf(TODAY_MS + Duration.ofMinutes(59).toMillis(), 3), 1);
    TestingWorker worker = tables.worker(sales);

    worker.drain();

    assertThat(counted()).isEqualTo("2");
    assertThat(worker.context.deadLetterReasons)
        .extracting(Throwable::getMessage)
        .containsExactly(
            "table totals: the event ID of record sales-0@1 was minted 7200000 ms after the latest timestamp"
                + " of its partition (it has none itself), more than dedupe.skew.max.ms=3600000; correct"
                + " the producer's clock, or allow for more");
  }

  /** A file of a year ago, a sale for each day. */
  private void loadOldFile() {
    for (int day = 0; day < 100; day++) {
      sale(sales, idOf(TODAY_MS - YEAR.toMillis() + Duration.ofDays(day).toMillis(), day), 1);
    }
  }
}
