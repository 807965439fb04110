package dev.onceflow.local.proxy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * One side's messages, one after the other: a length, then so many bytes. The beginning of a
 * message is read at once; what follows is only passed through, unless somebody wants it whole.
 */
final class KafkaMessages {
  /** Holds every request's head: its longest part, the client ID, has at most 32,767 bytes. */
  private static final int BEGINNING_BYTES_MAX = 64 * 1024;

  private static final int MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

  private final DataInputStream in;
  private final byte[] buffer = new byte[Integer.BYTES + BEGINNING_BYTES_MAX];
  private int filled;
  private int following;

  KafkaMessages(InputStream in) {
    this.in = new DataInputStream(new BufferedInputStream(in, BEGINNING_BYTES_MAX));
  }

  /** Waits for the next message; the one before must have been passed on, dropped or taken. */
  void next() throws IOException {
    int bytes = in.readInt();
    if (bytes < Integer.BYTES || bytes > MESSAGE_BYTES_MAX) {
      throw new IOException("not Kafka's protocol: a message of %d bytes".formatted(bytes));
    }
    int beginning = Math.min(bytes, BEGINNING_BYTES_MAX);
    ByteBuffer.wrap(buffer).putInt(bytes);
    in.readFully(buffer, Integer.BYTES, beginning);
    filled = Integer.BYTES + beginning;
    following = bytes - beginning;
  }

  /** How the message begins, without its length. */
  ByteBuffer beginning() {
    return ByteBuffer.wrap(buffer, Integer.BYTES, filled - Integer.BYTES).slice();
  }

  void passOn(OutputStream out) throws IOException {
    out.write(buffer, 0, filled);
    while (following > 0) {
      int read = readFollowing();
      out.write(buffer, 0, read);
    }
  }

  void drop() throws IOException {
    while (following > 0) {
      readFollowing();
    }
  }

  private int readFollowing() throws IOException {
    int bytes = Math.min(following, buffer.length);
    in.readFully(buffer, 0, bytes);
    following -= bytes;
    return bytes;
  }

  /** The whole message with its length. */
  byte[] take() throws IOException {
    byte[] whole = new byte[filled + following];
    System.arraycopy(buffer, 0, whole, 0, filled);
    in.readFully(whole, filled, following);
    following = 0;
    return whole;
  }

  /** A whole message without its length. */
  static ByteBuffer content(byte[] message) {
    return ByteBuffer.wrap(message, Integer.BYTES, message.length - Integer.BYTES).slice();
  }
}
