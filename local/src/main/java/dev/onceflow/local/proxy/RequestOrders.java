package dev.onceflow.local.proxy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The orders of a Kafka line: which requests are to be struck, and which were. Equal orders are one
 * order for more times. Safe for use by many threads.
 */
final class RequestOrders {
  private static final class Order {
    private int left;
    private final List<Hit> hits = new ArrayList<>();
  }

  private final Map<RequestFault, Order> orders = new LinkedHashMap<>();

  /** So that a line without orders costs its requests no lock. */
  private volatile boolean areSomeLeft;

  private volatile int restores;

  synchronized void add(RequestFault fault) {
    Order order = orders.computeIfAbsent(fault, unknown -> new Order());
    order.left = (int) Math.min(RequestFault.UNTIL_WITHDRAWN, (long) order.left + fault.times());
    areSomeLeft = true;
  }

  /** The oldest order that strikes this request as it comes; it has one time less. */
  Optional<RequestFault> takeRequested(KafkaRequest request) {
    return take(request, strike -> !strike.isAtAnswer());
  }

  /** Whether an order waits for the answer to this request. */
  boolean isAnswerAwaited(KafkaRequest request) {
    return find(request, Strike::isAtAnswer).isPresent();
  }

  /**
   * The oldest order that strikes this answer; it has one time less.
   *
   * @param answer whether the broker did what was asked
   */
  Optional<RequestFault> takeAnswered(KafkaRequest request, Answer answer) {
    return take(
        request,
        strike ->
            strike.isAtAnswer()
                && (answer == Answer.DONE || strike.kind() != Strike.Kind.ANSWER_LOST));
  }

  /** What a broker says. */
  enum Answer {
    DONE,
    REFUSED
  }

  private Optional<RequestFault> take(KafkaRequest request, Predicate<Strike> strikes) {
    if (!areSomeLeft) {
      return Optional.empty();
    }
    synchronized (this) {
      Optional<RequestFault> fault = find(request, strikes);
      fault.map(orders::get).ifPresent(RequestOrders::takeOne);
      return fault;
    }
  }

  private Optional<RequestFault> find(KafkaRequest request, Predicate<Strike> strikes) {
    if (!areSomeLeft) {
      return Optional.empty();
    }
    synchronized (this) {
      return orders.entrySet().stream()
          .filter(order -> order.getValue().left > 0)
          .map(Map.Entry::getKey)
          .filter(fault -> fault.api() == request.api())
          .filter(fault -> strikes.test(fault.strike()))
          .filter(fault -> request.clientId().startsWith(fault.clientIdPrefix()))
          .findFirst();
    }
  }

  private static void takeOne(Order order) {
    if (order.left != RequestFault.UNTIL_WITHDRAWN) {
      order.left--;
    }
  }

  /** Notes that an order's strike has had its effect. */
  synchronized void hit(RequestFault fault, KafkaRequest request) {
    orders.get(fault).hits.add(new Hit(Instant.now(), request.clientId(), request.correlationId()));
  }

  synchronized int fired(RequestFault fault) {
    return orders.containsKey(fault) ? orders.get(fault).hits.size() : 0;
  }

  synchronized List<Hit> hits(RequestFault fault) {
    return orders.containsKey(fault) ? List.copyOf(orders.get(fault).hits) : List.of();
  }

  synchronized void withdraw(RequestFault fault) {
    if (orders.containsKey(fault)) {
      orders.get(fault).left = 0;
    }
    areSomeLeft = orders.values().stream().anyMatch(order -> order.left > 0);
  }

  synchronized void withdrawAll() {
    orders.values().forEach(order -> order.left = 0);
    areSomeLeft = false;
    restores++;
  }

  /** How often all were withdrawn; what waits for an order's time goes on when this changes. */
  int restores() {
    return restores;
  }
}
