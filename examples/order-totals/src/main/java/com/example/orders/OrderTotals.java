package com.example.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import dev.onceflow.streams.dedupe.HandlerStores;
import dev.onceflow.streams.graph.EventGraph;
import dev.onceflow.streams.graph.EventJob;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.Parsed;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** What each customer has ordered, in cents: key is the customer, value {@code ORDER_ID,CENTS}. */
public final class OrderTotals extends EventJob<OrderTotals.Order> {
  private static final String TOTALS = "order-totals";

  record Order(String customer, long cents) {}

  @Override
  public String name() {
    return TOTALS;
  }

  @Override
  protected EventGraph<Order> graph() {
    var strings = new StringSerializer();
    return EventGraph.reading("orders", () -> OrderTotals::decode)
        .output(TOTALS, Map.of("cleanup.policy", "compact"), strings, strings)
        .store(TOTALS, Serdes.String(), Serdes.Long());
  }

  @Override
  protected EventHandler<Order> handler() {
    return new AddUp();
  }

  /** An order, or the reason why the record is none: then it goes to orders-dlq. */
  private static Parsed<Order> decode(String topic, Record<byte[], byte[]> record) {
    String text = record.value() == null ? "" : new String(record.value(), UTF_8);
    String[] fields = text.split(",", -1);
    return record.key() != null && fields.length == 2 && fields[1].matches("\\d{1,12}")
        ? new Parsed.Ok<>(
            fields[0], new Order(new String(record.key(), UTF_8), Long.parseLong(fields[1])))
        : new Parsed.Bad<>("not-an-order", "expected a customer and ORDER_ID,CENTS");
  }

  /** Asked once for each order ID; what it returns is done as a whole or not at all. */
  private static final class AddUp implements EventHandler<Order> {
    private KeyValueStore<String, Long> totals;

    @Override
    public void open(HandlerStores stores) {
      totals = stores.keyValue(TOTALS);
    }

    @Override
    public Decision handle(Event<Order> event) {
      Order order = event.value();
      Long before = totals.get(order.customer());
      long total = (before == null ? 0 : before) + order.cents();
      return Decision.applied(
          List.of(
              new Effect.Put<>(totals, order.customer(), total),
              new Effect.Emit(TOTALS, order.customer(), Long.toString(total))));
    }
  }
}
