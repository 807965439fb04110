package dev.onceflow.cli.dlq;

import dev.onceflow.cli.UserException;
import dev.onceflow.schemas.serde.AvroJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Option;

/** How values are decoded. */
final class ValueOptions {
  private static final String URL = "schema.registry.url";

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "Where the schemas of values are; without it values are text or base64.")
  private String registry;

  @Option(
      names = "--registry-config",
      paramLabel = "FILE",
      description = "More settings of the schema registry's client, a .properties file.")
  private Path file;

  ValueFormat format() {
    Map<String, Object> settings = new HashMap<>();
    if (file != null) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new UserException(
            "Settings file %s can't be read: %s.".formatted(file, e.getMessage()), e);
      }
      properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    }
    if (registry != null) {
      settings.put(URL, registry);
    }
    if (settings.isEmpty()) {
      return new ValueFormat(Optional.empty());
    }
    try {
      return new ValueFormat(Optional.of(new AvroJson(settings)));
    } catch (ConfigException e) {
      throw new UserException("The schema registry's settings: " + e.getMessage(), e);
    }
  }
}
