package dev.onceflow.local.proxy;

import java.io.IOException;
import java.util.List;

/**
 * A line to a Kafka broker that knows its protocol well enough to strike at a given request, or at
 * its answer. It passes on what brokers say of where they are, so the broker behind it has to
 * advertise the proxy's port. {@link #restore} withdraws all orders, too. Connections must not be
 * encrypted or authenticated by SASL.
 *
 * <p>Requests that expect no answer (Produce with acks=0) pass, but an answer of the proxy's own
 * that follows one on its connection may come late.
 */
public final class KafkaProxy extends LoopbackProxy {
  private final RequestOrders orders = new RequestOrders();

  private KafkaProxy(int listenPort, int brokerPort) {
    super(listenPort, brokerPort);
  }

  /**
   * Starts a proxy for a broker on loopback, which may start later.
   *
   * @param listenPort where clients connect to, which the broker advertises; 0 for a free one
   * @param brokerPort where the broker listens
   */
  public static KafkaProxy start(int listenPort, int brokerPort) {
    KafkaProxy proxy = new KafkaProxy(listenPort, brokerPort);
    proxy.serve();
    return proxy;
  }

  /** Strikes the next requests of a kind; a later order waits for its turn behind earlier ones. */
  public void order(RequestFault fault) {
    orders.add(fault);
  }

  /** How many requests were struck by orders that equal this one. */
  public int fired(RequestFault fault) {
    return orders.fired(fault);
  }

  /** The requests that were struck by orders that equal this one, in the order of time. */
  public List<Hit> hits(RequestFault fault) {
    return orders.hits(fault);
  }

  /** Strikes no further request; what was struck stays so. */
  public void withdraw(RequestFault fault) {
    orders.withdraw(fault);
  }

  @Override
  void withdrawOrders() {
    orders.withdrawAll();
  }

  @Override
  Conversation converse(ProxiedConnection connection) throws IOException {
    return new KafkaConversation(orders, connection);
  }
}
