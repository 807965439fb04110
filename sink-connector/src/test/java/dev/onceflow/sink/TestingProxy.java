package dev.onceflow.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between the sink and the database and cuts the line where a test wants it. */
final class TestingProxy implements AutoCloseable {
  private enum Cut {
    NEVER,
    BEFORE_THE_SERVER_HEARS,
    AFTER_THE_SERVER_ANSWERED,
    BY_NOBODY_NOTICED
  }

  private final int serverPort;
  private final ServerSocket listener;
  private final List<Socket> sockets = new ArrayList<>();
  private volatile boolean refusing;
  private volatile Cut cut = Cut.NEVER;
  private volatile String cutAt = "";
  private volatile Socket silenced;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger cuts = new AtomicInteger();

  TestingProxy(int serverPort) {
    this.serverPort = serverPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    daemon(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How often a line was cut at a statement. */
  int cuts() {
    return cuts.get();
  }

  /** Cuts all lines and lets nobody in. */
  void goDown() {
    refusing = true;
    closeAll();
  }

  void comeUp() {
    refusing = false;
  }

  /** Cuts the line when the client sends that statement; the server never sees it. Once. */
  void cutBefore(String sql) {
    cutAt = sql;
    cut = Cut.BEFORE_THE_SERVER_HEARS;
  }

  /** Cuts the line when the server has answered that statement; the client never hears it. Once. */
  void cutAfter(String sql) {
    cutAt = sql;
    cut = Cut.AFTER_THE_SERVER_ANSWERED;
  }

  /**
   * From that statement on the line is a black hole: the server never sees it, and neither side is
   * told, not even when the client closes. Once.
   */
  void swallowFrom(String sql) {
    cutAt = sql;
    cut = Cut.BY_NOBODY_NOTICED;
  }

  /** Takes back what was asked and has not happened. */
  void cutNothing() {
    cut = Cut.NEVER;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Socket server = new Socket();
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
        synchronized (sockets) {
          sockets.add(client);
          sockets.add(server);
        }
        daemon(() -> toServer(client, server));
        daemon(() -> toClient(server, client));
      } catch (IOException e) {
        // The listener was closed, or one line failed: the client sees it.
      }
    }
  }

  private void toServer(Socket client, Socket server) {
    byte[] buffer = new byte[1 << 16];
    try (client;
        server) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        boolean meant =
            cut != Cut.NEVER
                && new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains(cutAt);
        if (meant && cut == Cut.BEFORE_THE_SERVER_HEARS) {
          cut = Cut.NEVER;
          cuts.incrementAndGet();
          return;
        }
        if (meant && cut == Cut.BY_NOBODY_NOTICED) {
          cut = Cut.NEVER;
          cuts.incrementAndGet();
          closed.await();
          return;
        }
        if (meant) {
          silenced = server;
          cut = Cut.NEVER;
          cuts.incrementAndGet();
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // Cut.
    }
  }

  private void toClient(Socket server, Socket client) {
    byte[] buffer = new byte[1 << 16];
    try (client;
        server) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (silenced == server) {
          // The server has done what it was told and said so; nobody hears it.
          return;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  private void closeAll() {
    synchronized (sockets) {
      for (Socket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed.
        }
      }
      sockets.clear();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
    } catch (IOException e) {
      // It is closed.
    }
    closeAll();
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
