package dev.onceflow.local.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy on loopback in front of one server: it lets connections in and makes the faults of lines.
 * What is said on a connection is known to its {@link Conversation} alone.
 *
 * <p>Two threads for each connection, one each way. Changes to the line are made under its lock, so
 * that a connection is either let in before a change and meets it, or comes after it.
 */
abstract class LoopbackProxy implements Line {
  private static final int BACKLOG = 200;
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  private final ServerSocket listener;
  private volatile int serverPort;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final LineMeter meter = new LineMeter();
  private final Throttle toServer = new Throttle();
  private final Throttle toClient = new Throttle();

  private volatile boolean isDown;
  private volatile Set<Direction> swallowed = Set.of();
  private volatile long delayMs;

  LoopbackProxy(int listenPort, int serverPort) {
    this.serverPort = serverPort;
    try {
      this.listener = new ServerSocket(listenPort, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Port %d of loopback can't be listened on; give one that is free".formatted(listenPort),
          e);
    }
  }

  /** Understands what is said on a new connection. */
  abstract Conversation converse(ProxiedConnection connection) throws IOException;

  /** Takes back the faults that were ordered beside the line's own; there are none by itself. */
  void withdrawOrders() {}

  final void serve() {
    daemon("proxy-accept", this::accept);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        // By a thread of its own, since a server that was stopped lets this one wait.
        daemon("proxy-to-server", () -> connect(client));
      } catch (IOException e) {
        // The proxy was closed.
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    try {
      // Messages go on one by one: with Nagle's algorithm the second one of a burst would wait 40
      // ms for the first one's delayed acknowledgement, in each round trip.
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      int port = serverPort;
      if (isDown) {
        meter.refused.increment();
        client.close();
        return;
      }
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
      ProxiedConnection connection = new ProxiedConnection(this, client, server);
      Conversation conversation = converse(connection);
      if (letIn(connection, port)) {
        daemon("proxy-to-client", () -> pass(connection, conversation::toClient));
        pass(connection, conversation::toServer);
      }
    } catch (IOException e) {
      // The server isn't there: the end of its connection tells the client.
      ProxiedConnection.closeQuietly(client);
      ProxiedConnection.closeQuietly(server);
    }
  }

  /** Refuses what began to connect before the line went down, or to a server of before. */
  private synchronized boolean letIn(ProxiedConnection connection, int connectedPort) {
    if (isDown || connectedPort != serverPort || listener.isClosed()) {
      meter.refused.increment();
      connection.close();
      return false;
    }
    meter.accepted.increment();
    connections.add(connection);
    return true;
  }

  private interface Way {
    void pass() throws IOException;
  }

  private static void pass(ProxiedConnection connection, Way way) {
    try {
      way.pass();
    } catch (IOException e) {
      // One of the two is gone.
    } finally {
      connection.close();
    }
  }

  @Override
  public final int port() {
    return listener.getLocalPort();
  }

  @Override
  public final synchronized void cut() {
    connections.forEach(this::cut);
  }

  /** Ends one connection because of a fault. */
  final void cut(ProxiedConnection connection) {
    if (connections.remove(connection)) {
      meter.cut.increment();
      if (connection.isBusy()) {
        meter.cutBusy.increment();
      }
      connection.close();
    }
  }

  /** Cuts all connections; new ones go to another server. */
  final synchronized void reconnectTo(int otherServerPort) {
    serverPort = otherServerPort;
    cut();
  }

  @Override
  public final synchronized void goDown() {
    isDown = true;
    swallowed = Set.of();
    cut();
  }

  @Override
  public final void blackHole() {
    swallow(EnumSet.allOf(Direction.class));
  }

  @Override
  public final void halfOpen(Direction direction) {
    swallow(EnumSet.of(direction));
  }

  private synchronized void swallow(Set<Direction> directions) {
    isDown = false;
    swallowed = directions;
  }

  @Override
  public final void delay(long ms) {
    if (ms < 1) {
      throw new IllegalArgumentException("%d ms: expected at least 1".formatted(ms));
    }
    delayMs = ms;
  }

  @Override
  public final void throttle(long bytesPerSecond) {
    toServer.limit(bytesPerSecond);
    toClient.limit(bytesPerSecond);
  }

  @Override
  public final synchronized void restore() {
    withdrawOrders();
    isDown = false;
    swallowed = Set.of();
    delayMs = 0;
    toServer.lift();
    toClient.lift();
    connections.stream().filter(ProxiedConnection::hasLost).forEach(this::cut);
  }

  @Override
  public final LineCount counts() {
    return meter.count(connections.size());
  }

  @Override
  public final void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      cut();
    }
  }

  final LineMeter meter() {
    return meter;
  }

  final Throttle throttle(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  final long delayMs() {
    return delayMs;
  }

  /**
   * Whether what has just come is swallowed. It is decided and noted under the lock: noted after a
   * {@link #restore}, the connection would go on with a hole in what was said.
   */
  final boolean swallows(LineInput input) {
    if (input.hasLost()) {
      return true;
    }
    if (swallowed.isEmpty()) {
      return false;
    }
    synchronized (this) {
      if (swallowed.contains(input.direction())) {
        input.lose();
      }
      return input.hasLost();
    }
  }

  final void forget(ProxiedConnection connection) {
    connections.remove(connection);
  }
}
