package dev.onceflow.local.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a client and a PostgreSQL server say, message by message (PostgreSQL documentation, chapter
 * "Frontend/Backend Protocol").
 */
final class PostgresConversation implements Conversation {
  private static final String COMMIT = "COMMIT";
  private static final Set<String> WRITES = Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "COPY");
  private static final int ENCRYPTION_REQUEST_SSL = 80877103;
  private static final int ENCRYPTION_REQUEST_GSS = 80877104;
  private static final int STARTUP_BYTES_MAX = 10_000;
  private static final int BUFFER_BYTES = 128 * 1024;

  private final PostgresProxy proxy;
  private final ProxiedConnection connection;

  /** Prepared statements that are a COMMIT; the unnamed one is the empty name. */
  private final Set<String> commits = new HashSet<>();

  /** Whether the open transaction has written; the client hears so before it asks to commit. */
  private volatile boolean wrote;

  PostgresConversation(PostgresProxy proxy, ProxiedConnection connection) {
    this.proxy = proxy;
    this.connection = connection;
  }

  @Override
  public void toServer() throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(connection.fromClient(), BUFFER_BYTES);
    DataInputStream in = new DataInputStream(buffered);
    OutputStream out = new BufferedOutputStream(connection.toServer(), BUFFER_BYTES);
    forwardStartup(in, out);
    while (true) {
      flushBeforeWaiting(buffered, out);
      byte[] message = read(in);
      if (isCommit(message) && wrote) {
        out.flush();
        Optional<Fault> fault = proxy.strike(Fault.COMMIT_REQUEST_LOST, Fault.COMMIT_REQUEST_STUCK);
        if (fault.isPresent()) {
          lose(fault.get());
          return;
        }
      }
      out.write(message);
    }
  }

  private void lose(Fault fault) {
    if (fault == Fault.COMMIT_REQUEST_LOST) {
      connection.cut();
    } else {
      connection.lose(Direction.TO_SERVER);
      connection.awaitClosed();
    }
  }

  /** Messages that came together go on together; the last of them waits for nothing. */
  private static void flushBeforeWaiting(BufferedInputStream in, OutputStream out)
      throws IOException {
    if (in.available() == 0) {
      out.flush();
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
        connection.toClient().write('N');
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

  @Override
  public void toClient() throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(connection.fromServer(), BUFFER_BYTES);
    DataInputStream in = new DataInputStream(buffered);
    OutputStream out = new BufferedOutputStream(connection.toClient(), BUFFER_BYTES);
    while (true) {
      flushBeforeWaiting(buffered, out);
      byte[] message = read(in);
      if (message[0] == 'C' && isLost(text(message, 5))) {
        connection.cut();
        return;
      }
      out.write(message);
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
}
