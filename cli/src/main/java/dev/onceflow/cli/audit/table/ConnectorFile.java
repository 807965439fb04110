package dev.onceflow.cli.audit.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A connector's configuration, as it is given to Connect: a JSON object of settings, the same below
 * {@code config} beside {@code name}, or a properties file. References of config providers ({@code
 * ${file:...}}) are not resolved: whoever needs such a setting says so.
 */
public final class ConnectorFile {
  private static final Pattern COMMA = Pattern.compile(",");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String origin;
  private final Map<String, String> settings;

  private ConnectorFile(String origin, Map<String, String> settings) {
    this.origin = origin;
    this.settings = new TreeMap<>(settings);
  }

  /**
   * Reads a file.
   *
   * @throws UserException if it can't be read, or holds no settings
   */
  public static ConnectorFile read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UserException(
          "Connector file %s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * A configuration that was read already.
   *
   * @param origin what messages call it
   */
  static ConnectorFile of(String origin, Map<String, String> settings) {
    return new ConnectorFile(origin, settings);
  }

  static ConnectorFile parse(String origin, String text) {
    Map<String, String> settings =
        text.stripLeading().startsWith("{") ? json(origin, text) : properties(origin, text);
    return new ConnectorFile(origin, settings);
  }

  private static Map<String, String> json(String origin, String text) {
    try {
      JsonNode root = JSON.readTree(text);
      Map<String, String> settings = new HashMap<>();
      boolean isNested = root.path("config").isObject();
      JsonNode config = isNested ? root.path("config") : root;
      if (isNested && root.path("name").isTextual()) {
        settings.put("name", root.path("name").textValue());
      }
      config
          .properties()
          .forEach(
              entry -> {
                if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                  settings.put(entry.getKey(), entry.getValue().asText());
                }
              });
      return settings;
    } catch (JsonProcessingException e) {
      throw new UserException(
          "Connector file %s is not JSON: %s.".formatted(origin, e.getOriginalMessage()), e);
    }
  }

  private static Map<String, String> properties(String origin, String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "Connector file %s is neither JSON nor properties: %s.".formatted(origin, e.getMessage()),
          e);
    }
    Map<String, String> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return settings;
  }

  /** The setting, without blanks around; empty where it isn't given. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(settings.get(key)).map(String::strip).filter(t -> !t.isEmpty());
  }

  /**
   * A setting that is used here.
   *
   * @param instead the option that may be given in its place
   * @throws UserException if it is a reference that only Connect can resolve
   */
  public Optional<String> resolved(String key, String instead) {
    Optional<String> text = text(key);
    if (text.filter(value -> value.contains("${")).isPresent()) {
      throw new UserException(
          "%s of %s is %s, which only the worker can resolve: give %s."
              .formatted(key, origin, text.get(), instead));
    }
    return text;
  }

  /**
   * @throws UserException if it isn't given
   */
  String required(String key) {
    return text(key).orElseThrow(() -> wrong(key, "is not given"));
  }

  List<String> list(String key) {
    return text(key).stream()
        .flatMap(COMMA::splitAsStream)
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** All settings below a prefix, without it. */
  public Map<String, String> below(String prefix) {
    Map<String, String> found = new TreeMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /** Refuses what the audit can't follow. */
  void refuse(String key, Predicate<String> when, String why) {
    text(key)
        .filter(when)
        .ifPresent(
            value -> {
              throw wrong(key, "is %s: %s".formatted(value, why));
            });
  }

  UserException wrong(String key, String what) {
    return new UserException("%s of %s %s.".formatted(key, origin, what));
  }

  /** Kafka's and the registry's settings, as far as the connector has them in plain text. */
  Map<String, Object> clients() {
    Map<String, Object> settings = new HashMap<>();
    below("kafka.").forEach((key, value) -> putPlain(settings, key, value));
    // Where a converter decodes, the registry is the converter's.
    below("value.converter.").forEach((key, value) -> putPlain(settings, key, value));
    text("avro.registry.url").ifPresent(url -> putPlain(settings, "schema.registry.url", url));
    Optional<String> user = text("avro.registry.user");
    Optional<String> password = text("avro.registry.password");
    if (user.isPresent() && password.isPresent()) {
      String both = user.get() + ":" + password.get();
      putPlain(settings, "basic.auth.user.info", both);
      if (settings.containsKey("basic.auth.user.info")) {
        settings.put("basic.auth.credentials.source", "USER_INFO");
      }
    }
    return settings;
  }

  // References are for the worker to resolve; options or a profile give what stands behind them.
  private static void putPlain(Map<String, Object> settings, String key, String value) {
    if (!value.contains("${")) {
      settings.put(key, value);
    }
  }
}
