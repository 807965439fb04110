package dev.onceflow.cli.connection;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Option;

/** How Kafka is reached. */
public final class KafkaOptions extends ConnectionOptions {
  private static final String OPTION = "--bootstrap-servers";

  @Option(
      names = {OPTION, "--bootstrap"},
      paramLabel = "HOST:PORT",
      description =
          "Kafka's address. Default: that of --kafka-config, else $$ONCEFLOW_KAFKA_BOOTSTRAP_SERVERS, else kafka.bootstrap.servers of the profile.")
  private String bootstrapServers;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "More settings of Kafka's clients (security.protocol, sasl.*, ssl.*), a .properties file. Default: for each $$ONCEFLOW_KAFKA_..., else kafka.... of the profile.")
  private Path file;

  /** For commands that mix it in. */
  public KafkaOptions() {}

  @Override
  protected List<Setting> flags() {
    List<Setting> flags = new ArrayList<>();
    if (file != null) {
      Properties properties = read();
      properties
          .stringPropertyNames()
          .forEach(
              key ->
                  flags.add(
                      Setting.of(
                          Keys.KAFKA + key,
                          properties.getProperty(key),
                          Setting.Source.FLAG,
                          "--kafka-config " + file)));
    }
    if (bootstrapServers != null) {
      flags.add(Setting.of(Keys.BOOTSTRAP_SERVERS, bootstrapServers, Setting.Source.FLAG, OPTION));
    }
    return flags;
  }

  /**
   * The settings of a Kafka client, {@code bootstrap.servers} among them; empty where no source
   * names a broker, so that Kafka isn't to be asked.
   */
  public Optional<Map<String, Object>> settings() {
    ConnectionSettings given = given();
    if (given.find(Keys.BOOTSTRAP_SERVERS).isEmpty()) {
      if (file != null) {
        throw new UserException(
            "--kafka-config %s names no broker: write bootstrap.servers into it, or give %s HOST:PORT."
                .formatted(file, OPTION));
      }
      return Optional.empty();
    }
    return Optional.of(given.below(Keys.KAFKA));
  }

  /**
   * The settings of a Kafka client.
   *
   * @throws UserException if no source names a broker
   */
  public Map<String, Object> required() {
    return settings()
        .orElseThrow(
            () ->
                ConnectionSettings.missing("Kafka", OPTION + " HOST:PORT", Keys.BOOTSTRAP_SERVERS));
  }

  /**
   * The settings of a Kafka client, where a command knows some from elsewhere.
   *
   * @param others stay where no source gives the same one
   * @throws UserException if a broker is named neither by a source nor by {@code others}
   */
  public Map<String, Object> over(Map<String, ?> others) {
    Map<String, Object> settings = new HashMap<>(others);
    settings.putAll(given().below(Keys.KAFKA));
    return settings.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
        ? settings
        : required();
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
