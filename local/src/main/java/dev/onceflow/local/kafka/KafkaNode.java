package dev.onceflow.local.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * The main class of the child JVM: formats the log folder on first use, then runs the node. Both in
 * one JVM, since a second one would add its start-up to the first run.
 */
public final class KafkaNode {
  /** Written by the formatter as its last step, so what lacks it is no formatted folder. */
  private static final String FORMATTED = "meta.properties";

  private KafkaNode() {}

  /**
   * Runs the node until it is shut down.
   *
   * @param args the properties file, the log folder, the cluster's ID
   */
  public static void main(String[] args) throws IOException {
    format(args[0], Path.of(args[1]), args[2]);
    Kafka.main(new String[] {args[0]});
  }

  private static void format(String properties, Path logs, String clusterId) throws IOException {
    if (Files.exists(logs.resolve(FORMATTED))) {
      return;
    }
    deleteHalfFormatted(logs);
    List<String> arguments =
        List.of(
            "format",
            "--cluster-id",
            clusterId,
            "--config",
            properties,
            "--feature",
            KafkaServer.TRANSACTION_VERSION + "=" + KafkaServer.TRANSACTION_VERSION_NEEDED);
    int exitCode = StorageTool.execute(arguments.toArray(String[]::new), System.out);
    if (exitCode != 0) {
      throw new IllegalStateException("The log folder " + logs + " can't be formatted");
    }
  }

  private static void deleteHalfFormatted(Path logs) throws IOException {
    if (!Files.exists(logs)) {
      return;
    }
    try (Stream<Path> files = Files.walk(logs)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
