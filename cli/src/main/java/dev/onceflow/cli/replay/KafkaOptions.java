package dev.onceflow.cli.replay;

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

/** How Kafka is reached. */
final class KafkaOptions {
  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "Kafka's address. Default: the connector's kafka.bootstrap.servers.")
  private String bootstrapServers;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = "More settings of the clients (security.protocol ...), a .properties file.")
  private Path file;

  /** Settings of a client; the connector's own address where none is given. */
  Map<String, Object> settings(String byDefault) {
    Map<String, Object> settings = new HashMap<>();
    if (byDefault != null) {
      settings.put("bootstrap.servers", byDefault);
    }
    if (file != null) {
      Properties properties = read();
      properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    }
    if (bootstrapServers != null) {
      settings.put("bootstrap.servers", bootstrapServers);
    }
    if (!settings.containsKey("bootstrap.servers")) {
      throw new UserException(
          "Where Kafka is isn't known: the connector has no kafka.bootstrap.servers; give --bootstrap-servers.");
    }
    return settings;
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
