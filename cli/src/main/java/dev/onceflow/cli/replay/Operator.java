package dev.onceflow.cli.replay;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who gives a command, as {@code user@host}. */
record Operator(String name) {
  static Operator here() {
    return new Operator(System.getProperty("user.name") + "@" + host());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
