package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FilterJudgementTest {
  private static final Counting.Filtered SOME = new Counting.Filtered(4, 0, Optional.empty());

  private static List<String> refusals(
      String topic,
      Map<String, String> changes,
      RecordFilter filter,
      Counting.Filtered filtered,
      boolean sampled) {
    return new FilterJudgement(TestingSink.sink(changes), filter, sampled)
        .refusals(
            List.of(TestingSink.range(topic, 0, 0, 10)),
            new Counting.Result(10, 100, Map.of(), Map.of(), Map.of(), filtered, 1));
  }

  private static List<String> orders(Map<String, String> changes, RecordFilter filter) {
    return refusals("orders", changes, filter, SOME, false);
  }

  private static List<String> customers(Map<String, String> changes, RecordFilter filter) {
    return refusals("customers", changes, filter, SOME, false);
  }

  private static RecordFilter key() {
    return RecordFilter.of(List.of("A1"), List.of());
  }

  private static RecordFilter only(String... conditions) {
    return RecordFilter.of(List.of(), List.of(conditions));
  }

  @Test
  void eachEventIsSafeByItselfWhereItCountsOnce() {
    assertThat(orders(Map.of(), key())).isEmpty();
    assertThat(orders(Map.of(), only("header:region=eu", "field:kind!=TEST"))).isEmpty();
  }

  @Test
  void rowOfSeveralRecordsIsTakenWholeOrNotAtAll() {
    Map<String, String> byField =
        Map.of("table.customers.columns", "", "table.customers.key", "customer");

    assertThat(customers(Map.of(), key())).isEmpty();
    assertThat(customers(byField, only("field:customer=A1"))).isEmpty();
    assertThat(customers(Map.of(), only("header:region=eu")))
        .singleElement()
        .asString()
        .contains("Table customers", "by header:region,", "have --key in common");
    assertThat(customers(byField, key())).singleElement().asString().contains("field:customer in");
    assertThat(customers(byField, only("field:customer=A1", "field:rev=1")))
        .singleElement()
        .asString()
        .contains("by field:rev,");
  }

  @Test
  void rowIsChosenByWhatItsDeletesHaveToo() {
    Map<String, String> deleting =
        Map.of(
            "table.customers.columns", "",
            "table.customers.key", "customer",
            "table.customers.delete", "true");

    assertThat(customers(deleting, key())).isEmpty();
    assertThat(customers(deleting, only("field:customer=A1")))
        .singleElement()
        .asString()
        .contains("deletes too, have --key in common");
  }

  @Test
  void tablesOfOtherTopicsDontMatter() {
    assertThat(orders(Map.of("table.customers.delete", "true"), only("field:kind=SALE"))).isEmpty();
  }

  @Test
  void whatTheSinkMaySeeInAnotherWayIsRefused() {
    Counting.Filtered untold = new Counting.Filtered(4, 2, Optional.of("orders-0@7"));

    assertThat(orders(Map.of("transforms", "rename"), key()))
        .singleElement()
        .asString()
        .contains("has transforms (rename)");
    assertThat(orders(Map.of("record.format", "debezium"), only("field:kind=SALE")))
        .singleElement()
        .asString()
        .contains("record.format=debezium");
    assertThat(orders(Map.of("record.format", "debezium"), key())).isEmpty();
    assertThat(refusals("orders", Map.of(), key(), untold, false))
        .singleElement()
        .asString()
        .contains("2 records can't be told, the first at orders-0@7", "a key.converter that");
    assertThat(refusals("orders", Map.of(), only("field:n=1"), untold, false))
        .singleElement()
        .asString()
        .contains("only text, whole numbers");
  }

  @Test
  void sampleShowsOnlyWhatConvertersCannotChange() {
    String strings = "org.apache.kafka.connect.storage.StringConverter";

    assertThat(refusals("orders", Map.of(), key(), SOME, true))
        .singleElement()
        .asString()
        .contains("wasn't sampled", "key.converter");
    assertThat(refusals("orders", Map.of("key.converter", strings), key(), SOME, true)).isEmpty();
    assertThat(refusals("orders", Map.of(), only("field:kind=SALE"), SOME, true)).isEmpty();
  }

  private static RecordFilter madeOfPayments() {
    return RecordFilter.ALL.madeOf(
        InputRanges.of(List.of(TestingSink.range("payments", 1, 50, 150))));
  }

  @Test
  void partOfAJobsInputIsSafeForEventsAndNotForRows() {
    assertThat(orders(Map.of(), madeOfPayments())).isEmpty();
    assertThat(customers(Map.of(), madeOfPayments()))
        .singleElement()
        .asString()
        .contains("Table customers has one row for all records of a key", "--table", "--all");
  }

  @Test
  void whatDoesNotSayWhatItWasMadeOfIsRefused() {
    Counting.Filtered untold = new Counting.Filtered(4, 2, Optional.of("orders.r7-0@7"));
    String bytes = "org.apache.kafka.connect.converters.ByteArrayConverter";

    assertThat(
            refusals("orders", Map.of("header.converter", bytes), madeOfPayments(), untold, false))
        .singleElement()
        .asString()
        .contains(
            "the first at orders.r7-0@7",
            "header:onceflow_input which record of payments-1 it was made of")
        .doesNotContain("header.converter");
  }

  @Test
  void rangeThatLedToNothingIsRefused() {
    Counting.Filtered all = new Counting.Filtered(10, 0, Optional.empty());

    assertThat(refusals("orders", Map.of(), madeOfPayments(), all, false))
        .singleElement()
        .asString()
        .contains(
            "The job wrote nothing that meets the filter (made of payments-1 from 50 up to 150)");
  }

  @Test
  void filterThatTakesNothingIsTakenForAMistake() {
    Counting.Filtered all = new Counting.Filtered(10, 0, Optional.empty());

    assertThat(refusals("orders", Map.of(), key(), all, false))
        .singleElement()
        .asString()
        .contains("No record of the range meets the filter (key A1)");
    assertThat(refusals("orders", Map.of(), RecordFilter.ALL, SOME, false)).isEmpty();
  }
}
