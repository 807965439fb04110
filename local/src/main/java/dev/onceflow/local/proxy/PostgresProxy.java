package dev.onceflow.local.proxy;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A line to a PostgreSQL server that knows its protocol (version 3) well enough to strike at a
 * COMMIT. It counts what struck, so that a test can tell a fault that fired from one that was only
 * ordered; {@link #restore} takes an order back that has not struck. Connections must not be
 * encrypted.
 */
public final class PostgresProxy extends LoopbackProxy {
  private static final int ANY_PORT = 0;

  private final AtomicReference<Fault> ordered = new AtomicReference<>();
  private final Map<Fault, AtomicInteger> fired = new EnumMap<>(Fault.class);

  private PostgresProxy(int serverPort) {
    super(ANY_PORT, serverPort);
    for (Fault fault : Fault.values()) {
      fired.put(fault, new AtomicInteger());
    }
  }

  /** Starts a proxy on a free port, for a server on loopback. */
  public static PostgresProxy start(int serverPort) {
    PostgresProxy proxy = new PostgresProxy(serverPort);
    proxy.serve();
    return proxy;
  }

  /** Lets a fault strike the next COMMIT of any connection. */
  public void order(Fault fault) {
    ordered.set(fault);
  }

  /** How often a fault has struck. */
  public int fired(Fault fault) {
    return fired.get(fault).get();
  }

  /** Cuts all connections; new ones go to another server, as after a failover. */
  public void redirect(int otherServerPort) {
    reconnectTo(otherServerPort);
  }

  @Override
  void withdrawOrders() {
    ordered.set(null);
  }

  @Override
  Conversation converse(ProxiedConnection connection) {
    return new PostgresConversation(this, connection);
  }

  /** The fault that strikes this COMMIT, if it is one of these; it was ordered once. */
  Optional<Fault> strike(Fault... faults) {
    for (Fault fault : faults) {
      if (ordered.compareAndSet(fault, null)) {
        fired.get(fault).incrementAndGet();
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
