package dev.onceflow.local.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A proxy on loopback in front of a PostgreSQL server that knows its protocol (version 3) well
 * enough to strike at a COMMIT. It counts what struck, so that a test can tell a fault that fired
 * from one that was only ordered. Connections must not be encrypted.
 *
 * <p>Safe for use by many threads. It ends when it is closed, or with the JVM.
 */
public final class PostgresProxy implements AutoCloseable {
  private static final int BACKLOG = 50;

  /** What happens to whole lines. */
  private enum Line {
    OPEN,
    REFUSED,
    SWALLOWED
  }

  private volatile int serverPort;
  private final ServerSocket listener;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Fault> ordered = new AtomicReference<>();
  private final Map<Fault, AtomicInteger> fired = new EnumMap<>(Fault.class);
  private volatile Line line = Line.OPEN;
  private volatile long delayMs;

  private PostgresProxy(int serverPort, ServerSocket listener) {
    this.serverPort = serverPort;
    this.listener = listener;
    for (Fault fault : Fault.values()) {
      fired.put(fault, new AtomicInteger());
    }
  }

  /** Starts a proxy on a free port, for a server on loopback. */
  public static PostgresProxy start(int serverPort) {
    try {
      ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      PostgresProxy proxy = new PostgresProxy(serverPort, listener);
      daemon("proxy-accept", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Lets a fault strike the next COMMIT of any connection. */
  public void order(Fault fault) {
    ordered.set(fault);
  }

  /** How often a fault has struck. */
  public int fired(Fault fault) {
    return fired.get(fault).get();
  }

  /** Cuts all connections; new ones are let in. */
  public void cut() {
    connections.forEach(ProxiedConnection::close);
  }

  /** Cuts all connections; new ones go to another server, as after a failover. */
  public void redirect(int otherServerPort) {
    serverPort = otherServerPort;
    cut();
  }

  /** Cuts all connections and lets nobody in until {@link #restore}. */
  public void goDown() {
    line = Line.REFUSED;
    cut();
  }

  /**
   * Swallows what either side sends, on old and new connections, and cuts nothing: what a firewall
   * that forgot its connections does, or a machine that lost its power.
   */
  public void blackHole() {
    line = Line.SWALLOWED;
  }

  /** Delays each message to the server. */
  public void delay(long ms) {
    delayMs = ms;
  }

  /** Ends what was ordered; connections that lost messages are cut. */
  public void restore() {
    boolean lostMessages = line == Line.SWALLOWED;
    ordered.set(null);
    delayMs = 0;
    line = Line.OPEN;
    if (lostMessages) {
      cut();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (line == Line.REFUSED) {
          client.close();
        } else {
          connect(client);
        }
      } catch (IOException e) {
        // The proxy was closed, or the server isn't there: the client's connection says so.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket();
    try {
      // Messages go on one by one: with Nagle's algorithm the second one of a burst would wait 40
      // ms
      // for the first one's delayed acknowledgement, in each round trip.
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
    } catch (IOException e) {
      client.close();
      throw e;
    }
    ProxiedConnection connection = new ProxiedConnection(this, client, server);
    connections.add(connection);
    daemon("proxy-to-server", connection::toServer);
    daemon("proxy-to-client", connection::toClient);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether messages are swallowed now. */
  boolean isSwallowing() {
    return line == Line.SWALLOWED;
  }

  /** How long a message to the server waits. */
  long delayMs() {
    return delayMs;
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

  void forget(ProxiedConnection connection) {
    connections.remove(connection);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      cut();
    }
  }
}
