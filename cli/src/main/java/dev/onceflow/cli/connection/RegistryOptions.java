package dev.onceflow.cli.connection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the schema registry is reached. */
public final class RegistryOptions extends ConnectionOptions {
  private static final String OPTION = "--schema-registry";
  private static final String SERDES_PREFIX = "schema.registry.";

  @Option(
      names = OPTION,
      paramLabel = "URL",
      description =
          "The schema registry's address. Default: $$ONCEFLOW_REGISTRY_URL, else registry.url of the profile.")
  private String url;

  /** For commands that mix it in. */
  public RegistryOptions() {}

  @Override
  protected List<Setting> flags() {
    return url == null
        ? List.of()
        : List.of(Setting.of(Keys.REGISTRY_URL, url, Setting.Source.FLAG, OPTION));
  }

  /**
   * The serdes' settings, {@code schema.registry.url} among them; empty where no source names a
   * registry.
   */
  public Optional<Map<String, Object>> settings() {
    ConnectionSettings given = given();
    return given.find(Keys.REGISTRY_URL).isEmpty()
        ? Optional.empty()
        : Optional.of(ofSerdes(given));
  }

  /**
   * The serdes' settings.
   *
   * @throws dev.onceflow.cli.UserException if no source names a registry
   */
  public Map<String, Object> required() {
    return settings()
        .orElseThrow(
            () ->
                ConnectionSettings.missing("schema registry", OPTION + " URL", Keys.REGISTRY_URL));
  }

  /**
   * The serdes' settings, where a command knows some from elsewhere.
   *
   * @param others stay where no source gives the same one
   * @throws dev.onceflow.cli.UserException if a registry is named neither by a source nor by {@code
   *     others}
   */
  public Map<String, Object> over(Map<String, ?> others) {
    Map<String, Object> settings = new HashMap<>(others);
    settings.putAll(ofSerdes(given()));
    return settings.containsKey(SERDES_PREFIX + "url") ? settings : required();
  }

  /** What a profile has below {@code registry.}, under the names that the serdes know. */
  static Map<String, Object> ofSerdes(ConnectionSettings settings) {
    Map<String, Object> named = new HashMap<>();
    settings
        .below(Keys.REGISTRY)
        .forEach(
            (key, value) ->
                named.put(
                    key.equals("url") || key.startsWith("ssl.") ? SERDES_PREFIX + key : key,
                    value));
    return named;
  }
}
