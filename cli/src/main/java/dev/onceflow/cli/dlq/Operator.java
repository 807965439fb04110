package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * Who decides.
 *
 * @param name {@code user@host}
 * @param at when the command began, ISO 8601
 * @param reason for those who read it later
 */
record Operator(String name, String at, String reason) {
  static Operator here(String reason, Clock clock) {
    if (reason.isBlank()) {
      throw new UserException("--reason is empty: say why, for those who look into it later.");
    }
    return new Operator(
        System.getProperty("user.name") + "@" + host(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
        reason);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  Decision decides(Decision.As as) {
    return new Decision(as, name, at, reason);
  }
}
