package dev.onceflow.local.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A client and a server in one test, with a proxy between them. */
final class ProxiedEnds implements AutoCloseable {
  private static final int LIMIT_MS = 10_000;
  private static final int SILENCE_MS = 200;

  final Socket client;
  final Socket server;

  private ProxiedEnds(Socket client, Socket server) throws SocketException {
    this.client = client;
    this.server = server;
    client.setSoTimeout(LIMIT_MS);
    server.setSoTimeout(LIMIT_MS);
  }

  static ServerSocket listen() throws IOException {
    ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(LIMIT_MS);
    return listener;
  }

  static Socket connect(Line line) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), line.port());
    client.setSoTimeout(LIMIT_MS);
    return client;
  }

  /** Returns when the line has let it in, which is after the server sees it. */
  static ProxiedEnds connect(Line line, ServerSocket listener) throws IOException {
    long before = line.counts().accepted();
    ProxiedEnds ends = new ProxiedEnds(connect(line), listener.accept());
    Awaitility.await()
        .atMost(Duration.ofMillis(LIMIT_MS))
        .until(() -> line.counts().accepted() > before);
    return ends;
  }

  static void send(Socket from, byte[] bytes) throws IOException {
    OutputStream out = from.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  static byte[] receive(Socket to, int bytes) throws IOException {
    byte[] received = new byte[bytes];
    new DataInputStream(to.getInputStream()).readFully(received);
    return received;
  }

  /** Whether its peer has ended the connection; waits for what comes. */
  static boolean hasEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // it was reset
    }
  }

  /** Whether nothing comes for a moment, the end neither. */
  static boolean isSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MS);
    try {
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(LIMIT_MS);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
