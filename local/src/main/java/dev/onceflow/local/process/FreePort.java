package dev.onceflow.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. */
public final class FreePort {
  /** Asks for any free port. */
  public static final int ANY = 0;

  private FreePort() {}

  /**
   * The port itself, or one that was free a moment ago where {@link #ANY} is asked for.
   *
   * @param port a port, or {@link #ANY}
   */
  public static int orGiven(int port) {
    if (port != ANY) {
      return port;
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("No port is free on the loopback interface", e);
    }
  }
}
