package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which topic, and how Kafka is reached. */
final class TopicOptions {
  private static final String SERVERS = "bootstrap.servers";

  @Parameters(
      index = "0",
      paramLabel = "TOPIC",
      description = "The dead letter or quarantine topic, such as payments-dlq.")
  private String topic;

  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "Kafka's address.")
  private String bootstrapServers;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = "More settings of Kafka's clients (security.protocol ...), a .properties file.")
  private Path file;

  String topic() {
    return topic;
  }

  /**
   * Connects to nothing yet.
   *
   * @throws UserException if no address is given, or the file can't be read
   */
  Cluster open() {
    Map<String, Object> settings = new HashMap<>();
    if (file != null) {
      Properties properties = read();
      properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    }
    if (bootstrapServers != null) {
      settings.put(SERVERS, bootstrapServers);
    }
    if (!settings.containsKey(SERVERS)) {
      throw new UserException(
          "Kafka's address is not given: expected --bootstrap-servers, or bootstrap.servers in the file of --kafka-config.");
    }
    return Cluster.of(settings);
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
