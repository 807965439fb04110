package dev.onceflow.local.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One client's connection through a proxy: two sockets that end together. */
final class ProxiedConnection {
  private static final long BUSY_NS = TimeUnit.SECONDS.toNanos(1);

  /** How soon a wait notices that its fault has ended. */
  private static final long PAUSE_STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

  private final LoopbackProxy line;
  private final Socket client;
  private final Socket server;
  private final LineInput fromClient;
  private final LineInput fromServer;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile long lastByteNs = System.nanoTime() - BUSY_NS;

  ProxiedConnection(LoopbackProxy line, Socket client, Socket server) throws IOException {
    this.line = line;
    this.client = client;
    this.server = server;
    this.fromClient = new LineInput(line, this, Direction.TO_SERVER, client.getInputStream());
    this.fromServer = new LineInput(line, this, Direction.TO_CLIENT, server.getInputStream());
  }

  InputStream fromClient() {
    return fromClient;
  }

  InputStream fromServer() {
    return fromServer;
  }

  OutputStream toClient() throws IOException {
    return client.getOutputStream();
  }

  OutputStream toServer() throws IOException {
    return server.getOutputStream();
  }

  void noteBytes() {
    lastByteNs = System.nanoTime();
  }

  boolean isBusy() {
    return System.nanoTime() - lastByteNs < BUSY_NS;
  }

  /** From now on nothing that is sent this way arrives, its end neither. */
  void lose(Direction direction) {
    (direction == Direction.TO_SERVER ? fromClient : fromServer).lose();
  }

  boolean hasLost() {
    return fromClient.hasLost() || fromServer.hasLost();
  }

  /** Waits, as long as it is wanted and the connection is open. */
  void pause(long ns, BooleanSupplier wanted) throws IOException {
    long untilNs = System.nanoTime() + ns;
    long leftNs = ns;
    while (leftNs > 0 && wanted.getAsBoolean()) {
      if (awaitClosed(Math.min(leftNs, PAUSE_STEP_NS))) {
        throw new IOException("closed while something waited");
      }
      leftNs = untilNs - System.nanoTime();
    }
  }

  void awaitClosed() {
    awaitClosed(Long.MAX_VALUE);
  }

  private boolean awaitClosed(long ns) {
    try {
      return closed.await(ns, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Ends it because of a fault on a request; the line counts it. */
  void cut() {
    line.cut(this);
  }

  /** Ends it; doing so twice does nothing more. */
  void close() {
    closed.countDown();
    closeQuietly(client);
    closeQuietly(server);
    line.forget(this);
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
