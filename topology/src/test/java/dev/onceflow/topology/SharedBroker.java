package dev.onceflow.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * A broker for all those tests of a JVM that leave its settings as they are and name their topics
 * apart. It starts when it is first asked for and ends with the JVM: failsafe runs each class on
 * its own, so that nothing of JUnit's lives longer than one of them.
 */
final class SharedBroker {
  private static SharedBroker started;

  private final Path dir;
  private final TestingBroker broker;
  private final Admin admin;

  private SharedBroker() throws IOException, InterruptedException {
    dir = Files.createTempDirectory("onceflow-broker-");
    broker = new TestingBroker(Files.createDirectory(dir.resolve("broker")));
    admin = broker.admin();
  }

  private static synchronized SharedBroker started() {
    if (started == null) {
      try {
        started = new SharedBroker();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a broker started", e);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
    }
    return started;
  }

  static String address() {
    return started().broker.address();
  }

  static Admin admin() {
    return started().admin;
  }

  /** A folder that nobody else has, and that goes with the broker. */
  static Path newDir() {
    try {
      return Files.createTempDirectory(started().dir, "test-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void stop() {
    try {
      admin.close(Duration.ofSeconds(5));
      broker.close();
      List<Path> files;
      try (Stream<Path> found = Files.walk(dir)) {
        files = found.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
