package dev.onceflow.cli.fence;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who changes fences.
 *
 * @param name {@code user@host}
 * @param command such as {@code set}
 * @param reason for those who read it later
 */
record Operator(String name, String command, String reason) {
  static Operator here(String command, String reason) {
    return new Operator(System.getProperty("user.name") + "@" + host(), command, reason);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** What the sink names when it finds that it was fenced out. */
  String owner() {
    return "onceflow fence %s, by %s".formatted(command, name);
  }
}
