package dev.onceflow.cli.audit.read;

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

/** How Kafka and the schema registry are reached, in place of what a configuration says. */
public final class KafkaSettings {
  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final String REGISTRY = "schema.registry.url";

  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "Kafka's address.")
  private String bootstrapServers;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "More settings of Kafka clients and of the registry (security.protocol, basic.auth.user.info ...), a .properties file.")
  private Path file;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "The schema registry, with Confluent's REST API.")
  private String registry;

  /** For picocli. */
  public KafkaSettings() {}

  /**
   * All settings, those of the command line over those of the file, over {@code others}.
   *
   * @throws UserException if the file can't be read, or Kafka's or the registry's address is
   *     missing
   */
  public Map<String, Object> over(Map<String, ?> others) {
    Map<String, Object> settings = new HashMap<>(others);
    if (file != null) {
      Properties properties = read();
      properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    }
    if (bootstrapServers != null) {
      settings.put(BOOTSTRAP, bootstrapServers);
    }
    if (registry != null) {
      settings.put(REGISTRY, registry);
    }
    require(settings, BOOTSTRAP, "Kafka's address is not known: give --bootstrap-servers.");
    require(settings, REGISTRY, "The schema registry is not known: give --registry.");
    return settings;
  }

  private static void require(Map<String, Object> settings, String key, String otherwise) {
    if (!settings.containsKey(key)) {
      throw new UserException(otherwise);
    }
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
