package dev.onceflow.local.proxy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One client's connection through the proxy, message by message (PostgreSQL documentation, chapter
 * "Frontend/Backend Protocol"). Two threads, one each way; when one ends, both sockets are closed.
 */
final class ProxiedConnection {
  private static final String COMMIT = "COMMIT";
  private static final Set<String> WRITES = Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "COPY");
  private static final int ENCRYPTION_REQUEST_SSL = 80877103;
  private static final int ENCRYPTION_REQUEST_GSS = 80877104;
  private static final int STARTUP_BYTES_MAX = 10_000;

  private final PostgresProxy proxy;
  private final Socket client;
  private final Socket server;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Prepared statements that are a COMMIT; the unnamed one is the empty name. */
  private final Set<String> commits = new HashSet<>();

  /** Whether the open transaction has written; the client hears so before it asks to commit. */
  private volatile boolean wrote;

  ProxiedConnection(PostgresProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  void toServer() {
    try {
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      OutputStream out = server.getOutputStream();
      forwardStartup(in, out);
      while (true) {
        byte[] message = read(in);
        delay();
        if (isCommit(message) && wrote && !passes()) {
          return;
        }
        if (!proxy.isSwallowing()) {
          out.write(message);
        }
      }
    } catch (IOException e) {
      // One of the two is gone.
    } finally {
      close();
    }
  }

  /** The first message has no type; requests for encryption are answered with no. */
  private void forwardStartup(DataInputStream in, OutputStream out) throws IOException {
    while (true) {
      int length = in.readInt();
      if (length < Integer.BYTES || length > STARTUP_BYTES_MAX) {
        throw new IOException("not PostgreSQL's protocol");
      }
      byte[] body = new byte[length - Integer.BYTES];
      in.readFully(body);
      int code = ByteBuffer.wrap(body).getInt();
      if (code == ENCRYPTION_REQUEST_SSL || code == ENCRYPTION_REQUEST_GSS) {
        client.getOutputStream().write('N');
      } else {
        out.write(ByteBuffer.allocate(length).putInt(length).put(body).array());
        return;
      }
    }
  }

  /** A message with its type and length. */
  private static byte[] read(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    int length = in.readInt();
    byte[] message = new byte[1 + length];
    ByteBuffer.wrap(message).put((byte) type).putInt(length);
    in.readFully(message, 1 + Integer.BYTES, length - Integer.BYTES);
    return message;
  }

  private void delay() throws IOException {
    try {
      if (proxy.delayMs() > 0 && closed.await(proxy.delayMs(), TimeUnit.MILLISECONDS)) {
        throw new IOException("closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the message makes the server commit: a query, or the Bind of a prepared COMMIT. */
  private boolean isCommit(byte[] message) {
    return switch (message[0]) {
      case 'Q' -> text(message, 5).equalsIgnoreCase(COMMIT);
      case 'P' -> {
        noteStatement(message);
        yield false;
      }
      case 'B' -> commits.contains(text(message, 6 + text(message, 5).length()));
      default -> false;
    };
  }

  private void noteStatement(byte[] parse) {
    String name = text(parse, 5);
    if (text(parse, 6 + name.length()).equalsIgnoreCase(COMMIT)) {
      commits.add(name);
    } else {
      commits.remove(name);
    }
  }

  private static String text(byte[] message, int from) {
    int to = from;
    while (to < message.length && message[to] != 0) {
      to++;
    }
    return new String(message, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Whether a COMMIT goes on to the server. */
  private boolean passes() {
    Optional<Fault> fault = proxy.strike(Fault.COMMIT_REQUEST_LOST, Fault.COMMIT_REQUEST_STUCK);
    if (fault.filter(Fault.COMMIT_REQUEST_STUCK::equals).isPresent()) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return fault.isEmpty();
  }

  void toClient() {
    try {
      DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
      OutputStream out = client.getOutputStream();
      while (true) {
        byte[] message = read(in);
        if (message[0] == 'C' && isLost(text(message, 5))) {
          return;
        }
        if (!proxy.isSwallowing()) {
          out.write(message);
        }
      }
    } catch (IOException e) {
      // One of the two is gone.
    } finally {
      close();
    }
  }

  /** Whether the answer to a completed command is lost. */
  private boolean isLost(String tag) {
    boolean isLost =
        tag.equals(COMMIT) && wrote && proxy.strike(Fault.COMMIT_ANSWER_LOST).isPresent();
    String command = tag.split(" ", 2)[0];
    if (WRITES.contains(command)) {
      wrote = true;
    } else if (command.equals(COMMIT) || tag.equals("ROLLBACK")) {
      wrote = false;
    }
    return isLost;
  }

  void close() {
    closed.countDown();
    closeQuietly(client);
    closeQuietly(server);
    proxy.forget(this);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
