package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How Kafka is reached. */
final class KafkaOptions {
  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "Kafka's address, to compare fences with the topics' logs.")
  private String bootstrapServers;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "More settings of the Admin client (security.protocol ...), a .properties file.")
  private Path file;

  /** Connects to nothing yet; empty where Kafka isn't to be asked. */
  Optional<KafkaLogs> open() {
    Map<String, Object> settings = new HashMap<>();
    if (file != null) {
      Properties properties = read();
      properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    }
    if (bootstrapServers != null) {
      settings.put("bootstrap.servers", bootstrapServers);
    }
    return settings.isEmpty() ? Optional.empty() : Optional.of(KafkaLogs.open(settings));
  }

  private Properties read() {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
      return properties;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "Settings file %s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
  }
}
