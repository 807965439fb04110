package dev.onceflow.cli.load.mapping;

import static dev.onceflow.cli.load.mapping.TestFiles.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.Reason;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The mappings in examples/ over 166 lines of the data set that have all of its dirt: repeated
 * lines, prices of zero and of a tenth of a penny, negative quantities and prices, quotes and
 * commas, no customer. The expected sums were computed by another program.
 */
class OnlineRetailTest {
  private static final int LINES = 166;
  private static final int ZERO = 14;
  private static final int PAYMENTS = LINES - ZERO;

  @Test
  void everyLineIsAPaymentOfItsOwn() {
    List<PaymentEvent> events = events(load("online-retail.yaml"));

    assertThat(events).hasSize(PAYMENTS);
    assertThat(events).filteredOn(e -> e.getKind() == PaymentKind.SALE).hasSize(131);
    assertThat(events).filteredOn(e -> e.getKind() == PaymentKind.CREDIT).hasSize(21);
    assertThat(signedSum(events)).isEqualTo(-836_918);
    assertThat(events).extracting(PaymentEvent::getEventId).doesNotHaveDuplicates();
    assertThat(events).extracting(PaymentEvent::getPaymentId).doesNotHaveDuplicates();
    assertThat(events.stream().map(PaymentEvent::getAccountId).distinct()).hasSize(24);
    assertThat(events.get(0))
        .isEqualTo(
            new PaymentEvent(
                events.get(0).getEventId(),
                "online-retail-1",
                "17850",
                "online-retail",
                PaymentKind.SALE,
                1530L,
                "GBP",
                Instant.parse("2010-12-01T08:26:00Z"),
                "536365"));
  }

  @Test
  void theIdOfALineStaysWhatItIs() {
    // Another ID for the same line would load every file that was loaded before a second time.
    assertThat(events(load("online-retail.yaml")).get(0).getEventId())
        .isEqualTo("012ca109-c1c0-7781-b5c6-44f6f7010eb5");
    assertThat(events(load("online-retail-by-content.yaml")).get(0).getEventId())
        .isEqualTo("012ca109-c1c0-7f2b-81ee-4ed21e42ffc9");
  }

  @Test
  void linesThatComeToZeroAreRefusedWhole() {
    List<Item.Refused> refused =
        load("online-retail.yaml").stream()
            .filter(Item.Refused.class::isInstance)
            .map(Item.Refused.class::cast)
            .toList();

    assertThat(refused).hasSize(ZERO);
    assertThat(refused).allMatch(line -> line.reason() == Reason.ZERO_AMOUNT);
    assertThat(refused)
        .extracting(Item.Refused::raw)
        .contains("623,536414,22139,,56,2010-12-01T11:52:00Z,0,,United Kingdom");
  }

  @Test
  void byContentARepeatedLineIsTheSameEvent() {
    List<PaymentEvent> events = events(load("online-retail-by-content.yaml"));
    Map<String, PaymentEvent> byId = new HashMap<>();
    events.forEach(event -> byId.merge(event.getEventId(), event, OnlineRetailTest::same));

    assertThat(events).hasSize(PAYMENTS);
    assertThat(byId).hasSize(116);
    assertThat(signedSum(byId.values())).isEqualTo(-844_118);
    assertThat(byId.values().stream().map(PaymentEvent::getPaymentId).distinct()).hasSize(116);
  }

  private static PaymentEvent same(PaymentEvent one, PaymentEvent other) {
    assertThat(other).isEqualTo(one);
    return one;
  }

  private static List<Item> load(String mapping) {
    return TestFiles.read(
        Mapping.read(Path.of("..", "examples", mapping)),
        resource("/load/online-retail-extract.csv"));
  }

  private static Path resource(String name) {
    try {
      return Path.of(OnlineRetailTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static List<PaymentEvent> events(List<Item> items) {
    return items.stream().filter(Item.Payment.class::isInstance).map(item -> event(item)).toList();
  }

  private static long signedSum(Iterable<PaymentEvent> events) {
    long sum = 0;
    for (PaymentEvent event : events) {
      sum += event.getKind() == PaymentKind.SALE ? event.getAmountMinor() : -event.getAmountMinor();
    }
    return sum;
  }
}
