package dev.onceflow.schemas.serde;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * TLS to a registry, by Confluent's settings: Kafka's own {@code ssl.*} keys with {@value #PREFIX}
 * in front, read by Kafka's own code, so that JKS, PKCS12 and PEM mean what they mean elsewhere.
 * Without any, https trusts what the JVM trusts. Files are read once, when the client is made.
 *
 * @param settings what was given, parsed, without the prefix; equal settings share a client
 */
record RegistryTls(Map<String, Object> settings) {
  static final String PREFIX = "schema.registry.";

  private static final ConfigDef KAFKAS = kafkas();
  private static final ConfigDef DEF = prefixed();
  private static final List<String> STORES = List.of("truststore", "keystore");

  RegistryTls {
    settings = Map.copyOf(settings);
  }

  private static ConfigDef kafkas() {
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    return definition;
  }

  private static ConfigDef prefixed() {
    ConfigDef definition = new ConfigDef();
    definition.embed(PREFIX, "", 0, KAFKAS);
    return definition;
  }

  /**
   * What {@code config} says of TLS.
   *
   * @throws ConfigException if a key below {@code schema.registry.ssl.} is unknown, can't be kept
   *     here, or names a file that isn't there
   */
  static RegistryTls of(Map<String, ?> config) {
    Map<String, Object> parsed = DEF.parse(config);
    Map<String, Object> given = new HashMap<>();
    for (String key : config.keySet()) {
      if (key.startsWith(PREFIX + "ssl.")) {
        if (!DEF.names().contains(key)) {
          throw new ConfigException(
              "%s is no setting: expected %s and one of Kafka's, %s"
                  .formatted(key, PREFIX, String.join(", ", KAFKAS.names())));
        }
        if (parsed.get(key) != null) {
          given.put(key.substring(PREFIX.length()), parsed.get(key));
        }
      }
    }
    refuseWhatIsNotKept(given);
    STORES.forEach(store -> requireFile(given, "ssl." + store + ".location"));
    return new RegistryTls(given);
  }

  // The JDK's HTTP client always compares the host's name with the certificate's.
  private static void refuseWhatIsNotKept(Map<String, Object> given) {
    String names = SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG;
    Object algorithm = given.get(names);
    if (algorithm != null && !algorithm.toString().equalsIgnoreCase("https")) {
      throw new ConfigException(
          PREFIX + names,
          algorithm,
          "expected https: the certificate must name the registry's host");
    }
    String factory = SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG;
    if (given.get(factory) != null) {
      throw new ConfigException(PREFIX + factory, given.get(factory), "expected none");
    }
  }

  private static void requireFile(Map<String, Object> given, String key) {
    Object file = given.get(key);
    if (file != null && !Files.isReadable(Path.of(file.toString()))) {
      throw new ConfigException(PREFIX + key, file, "expected a file that can be read");
    }
  }

  /**
   * Makes clients of {@code builder} keep these settings.
   *
   * @throws ConfigException if a store can't be opened
   */
  void applyTo(HttpClient.Builder builder) {
    if (settings.isEmpty()) {
      return;
    }
    // First without the keystore, so that an error can be told to belong to one of the two.
    Map<String, Object> trust = new HashMap<>(settings);
    trust.keySet().removeIf(key -> key.startsWith("ssl.key"));
    SSLContext trusting = context(trust, "truststore");
    boolean hasKey = trust.size() < settings.size();
    SSLContext context = hasKey ? context(settings, "keystore") : trusting;
    SSLParameters parameters = context.getDefaultSSLParameters();
    Map<String, Object> all = KAFKAS.parse(settings);
    parameters.setProtocols(strings(all.get(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG)));
    if (settings.containsKey(SslConfigs.SSL_CIPHER_SUITES_CONFIG)) {
      parameters.setCipherSuites(strings(all.get(SslConfigs.SSL_CIPHER_SUITES_CONFIG)));
    }
    builder.sslContext(context).sslParameters(parameters);
  }

  private static SSLContext context(Map<String, Object> settings, String store) {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(KAFKAS.parse(settings));
      return factory.sslContext();
    } catch (KafkaException e) {
      String why = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      ConfigException refused =
          new ConfigException(
              "%sssl.%s.location, .password and .type can't be used: %s%s"
                  .formatted(PREFIX, store, e.getMessage(), why));
      refused.initCause(e);
      throw refused;
    }
  }

  private static String[] strings(Object list) {
    return ((List<?>) list).stream().map(Object::toString).toArray(String[]::new);
  }

  /** Not the settings: some are secrets. */
  @Override
  public String toString() {
    return "TLS with " + settings.keySet();
  }
}
