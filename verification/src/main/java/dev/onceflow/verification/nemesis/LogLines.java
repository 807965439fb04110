package dev.onceflow.verification.nemesis;

import dev.onceflow.local.process.LocalServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;

/** What processes say in their logs. */
final class LogLines {
  private LogLines() {}

  /** How often these workers said that the sink tries again after a failure of this SQLSTATE. */
  static long retries(String sqlState, Cluster cluster) {
    return cluster.workers().stream()
        .mapToLong(worker -> with("SQLSTATE " + sqlState, "; trying again in", worker))
        .sum();
  }

  /** How many lines of a process's log hold a text, over all of its lives. */
  static long with(String text, Member<? extends LocalServer> member) {
    return with(text, text, member);
  }

  private static long with(String text, String other, Member<? extends LocalServer> member) {
    // A log may hold what others have sent: not all of it need be UTF-8.
    try (Stream<String> lines = Files.lines(member.process().log(), StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> line.contains(text) && line.contains(other)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
