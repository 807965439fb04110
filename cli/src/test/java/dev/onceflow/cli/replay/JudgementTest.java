package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  private static List<String> refusals(
      Map<String, String> changes, List<Range> ranges, Counting.Result counted) {
    return new Judgement(TestingSink.sink(changes), NOW_MS, Map.of("orders", TestingSink.TOPIC_ID))
        .refusals(ranges, counted);
  }

  private static List<String> orders(Map<String, String> changes, long oldestMs) {
    return refusals(
        changes, TestingSink.orders(), TestingSink.counted("orders", oldestMs, Map.of()));
  }

  private static List<String> customers(Map<String, String> changes, long oldestMs) {
    return refusals(
        changes,
        List.of(TestingSink.range("customers", 0, 0, 5)),
        TestingSink.counted("customers", oldestMs, Map.of()));
  }

  @Test
  void rangeWithinTheHorizonIsAllowedAndOnePastItIsNot() {
    assertThat(orders(Map.of(), NOW_MS - 7 * DAY_MS)).isEmpty();
    assertThat(orders(Map.of(), NOW_MS - 7 * DAY_MS - 1))
        .singleElement()
        .asString()
        .contains("Table totals", "dedupe.horizon.ms", "--from-time", "To rebuild table totals");
    assertThat(orders(Map.of("dedupe.horizon.ms", "-1"), 0)).isEmpty();
  }

  @Test
  void horizonConcernsOnlyTablesThatNeedTheMemory() {
    assertThat(customers(Map.of(), 0)).isEmpty();
  }

  @Test
  void unprovableEventsAreRefused() {
    Counts counts = new Counts(10, 1, 8, 0, 1, 0);

    List<String> refusals =
        refusals(
            Map.of(),
            TestingSink.orders(),
            TestingSink.counted("orders", NOW_MS, Map.of("totals", counts)));

    assertThat(refusals).singleElement().asString().contains("Of 1 events", "nobody can say");
  }

  @Test
  void whatNothingTellsOldFromNewIsRefused() {
    assertThat(customers(Map.of("table.customers.version", "arrival"), NOW_MS))
        .singleElement()
        .asString()
        .contains("version=arrival");
    assertThat(customers(Map.of("table.customers.version", "position"), NOW_MS))
        .singleElement()
        .asString()
        .contains("ordered by position");
  }

  @Test
  void deletedRowsMustNotComeBack() {
    Map<String, String> deleting =
        Map.of("table.customers.delete", "true", "tombstones.retention.ms", "" + DAY_MS);

    assertThat(customers(deleting, NOW_MS - DAY_MS)).isEmpty();
    assertThat(customers(deleting, NOW_MS - DAY_MS - 1))
        .singleElement()
        .asString()
        .contains("would come back");
    assertThat(customers(Map.of("table.customers.delete", "true"), 0)).isEmpty();
  }

  @Test
  void deletesThatTheSinkNeverAppliedAreRefused() {
    Map<String, String> deleting = Map.of("table.customers.delete", "true");
    List<Range> range = List.of(TestingSink.range("customers", 0, 0, 5));
    Counts unknown = new Counts(5, 0, 4, 0, 1, 0);
    Counting.Result hidden =
        new Counting.Result(
            5,
            100,
            Map.of(),
            Map.of(),
            Map.of("customers", "the connector has transforms"),
            Counting.Filtered.NOTHING,
            1);

    assertThat(
            refusals(
                deleting,
                range,
                TestingSink.counted("customers", NOW_MS, Map.of("customers", unknown))))
        .singleElement()
        .asString()
        .contains("1 deletes of the range were never applied");
    assertThat(refusals(deleting, range, hidden))
        .singleElement()
        .asString()
        .contains("can't be looked up: the connector has transforms");
    assertThat(refusals(Map.of(), range, hidden)).isEmpty();
  }

  @Test
  void topicThatWasMadeAgainIsRefused() {
    List<String> refusals =
        new Judgement(TestingSink.sink(Map.of()), NOW_MS, Map.of("orders", new UUID(9, 9)))
            .refusals(TestingSink.orders(), TestingSink.counted("orders", NOW_MS, Map.of()));

    assertThat(refusals).singleElement().asString().contains("deleted and made again");
  }
}
