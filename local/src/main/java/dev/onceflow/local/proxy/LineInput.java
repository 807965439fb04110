package dev.onceflow.local.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * What one side of a connection sends, as the line lets it through: late, slowly, or never. The
 * faults of lines are made here, below the messages, so that every protocol has the same ones.
 */
final class LineInput extends InputStream {
  private final LoopbackProxy line;
  private final ProxiedConnection connection;
  private final Direction direction;
  private final InputStream socket;

  /** Once something was swallowed nothing can follow it: the rest would make no sense. */
  private volatile boolean lost;

  /** Bytes that are here already and go on with those that have waited. */
  private int waited;

  LineInput(
      LoopbackProxy line, ProxiedConnection connection, Direction direction, InputStream socket) {
    this.line = line;
    this.connection = connection;
    this.direction = direction;
    this.socket = socket;
  }

  Direction direction() {
    return direction;
  }

  boolean hasLost() {
    return lost;
  }

  void lose() {
    lost = true;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    while (true) {
      int wanted = waited > 0 ? Math.min(length, waited) : length;
      int read = readSocket(bytes, from, line.throttle(direction).portion(wanted));
      if (read < 0) {
        if (line.swallows(this)) {
          connection.awaitClosed();
        }
        return -1;
      }
      if (!isSwallowed(read)) {
        pace(read);
        if (!isSwallowed(read)) {
          line.meter().passed.add(direction, read);
          connection.noteBytes();
          return read;
        }
      }
    }
  }

  /** A connection that was reset has ended. */
  private int readSocket(byte[] bytes, int from, int length) {
    try {
      return socket.read(bytes, from, length);
    } catch (IOException e) {
      return -1;
    }
  }

  private boolean isSwallowed(int bytes) {
    boolean isSwallowed = line.swallows(this);
    if (isSwallowed) {
      line.meter().swallowed.add(direction, bytes);
    }
    return isSwallowed;
  }

  private void pace(int bytes) throws IOException {
    delay(bytes);
    Throttle throttle = line.throttle(direction);
    long turnNs = throttle.reserveNs(bytes);
    if (turnNs > 0) {
      line.meter().throttled.add(direction, bytes);
      connection.pause(turnNs, throttle::isLimited);
    }
  }

  /**
   * What came during the wait goes on at its end: otherwise a long message would wait once for each
   * piece that it is read in, and the line be slow and not late.
   */
  private void delay(int bytes) throws IOException {
    long delayMs = line.delayMs();
    if (delayMs > 0) {
      line.meter().delayed.add(direction, bytes);
      if (waited == 0) {
        connection.pause(TimeUnit.MILLISECONDS.toNanos(delayMs), () -> line.delayMs() > 0);
        waited = socketAvailable();
        return;
      }
    }
    waited = Math.max(0, waited - bytes);
  }

  /** How much can be read without waiting; nothing from a socket that is closed. */
  private int socketAvailable() {
    try {
      return socket.available();
    } catch (IOException e) {
      return 0;
    }
  }
}
