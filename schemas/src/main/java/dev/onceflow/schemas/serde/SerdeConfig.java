package dev.onceflow.schemas.serde;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings that our serdes share with Confluent's, under Confluent's names and with its
 * meaning: where the registry is, who asks ({@link RegistryCredentials}), over which TLS ({@link
 * RegistryTls}), and whether schemas are registered or only looked up. A setting of Confluent's
 * that would change what is written, and that ours can't keep, is refused and not ignored.
 */
final class SerdeConfig {
  static final String REGISTRY_URL = "schema.registry.url";
  static final String AUTO_REGISTER = "auto.register.schemas";

  private static final ConfigDef DEF =
      RegistryCredentials.addTo(
          new ConfigDef()
              .define(
                  REGISTRY_URL, ConfigDef.Type.LIST, List.of(), Importance.HIGH, "The addresses.")
              .define(
                  AUTO_REGISTER,
                  ConfigDef.Type.BOOLEAN,
                  true,
                  Importance.MEDIUM,
                  "Whether a schema is registered by whoever writes it first."));

  /** Settings of Confluent's serializer, and the one value of each that ours has. */
  private static final Map<String, String> FIXED =
      Map.of(
          "use.latest.version",
          "false",
          "use.schema.id",
          "-1",
          "normalize.schemas",
          "false",
          "avro.remove.java.properties",
          "false",
          "key.subject.name.strategy",
          "io.confluent.kafka.serializers.subject.TopicNameStrategy",
          "value.subject.name.strategy",
          "io.confluent.kafka.serializers.subject.TopicNameStrategy");

  /** One registry per access in this JVM, so that its answers are shared by all serdes. */
  private static final Map<RegistryAccess, SchemaRegistry> REGISTRIES = new ConcurrentHashMap<>();

  private SerdeConfig() {}

  /**
   * The registry that {@code config} names. Nothing is asked of it yet.
   *
   * @throws ConfigException if a setting is wrong, naming it and what is expected
   */
  static SchemaRegistry registry(Map<String, ?> config) {
    TrustedContracts.ensure();
    Map<String, Object> values = DEF.parse(config);
    if (((List<?>) values.get(REGISTRY_URL)).isEmpty()) {
      throw new ConfigException(
          REGISTRY_URL, "", "give the schema registry's address, such as http://localhost:8081");
    }
    return REGISTRIES.computeIfAbsent(
        RegistryAccess.of(values, RegistryTls.of(config)), HttpSchemaRegistry::of);
  }

  /**
   * How whoever writes learns the ID of a schema.
   *
   * @throws ConfigException if a setting is wrong, naming it and what is expected
   */
  static SchemaIds ids(Map<String, ?> config) {
    FIXED.forEach(
        (key, only) -> {
          Object given = config.get(key);
          String name = given instanceof Class<?> type ? type.getName() : String.valueOf(given);
          if (given != null && !name.strip().equalsIgnoreCase(only)) {
            throw new ConfigException(
                key,
                given,
                "expected %s, or Confluent's own serializer in %s"
                    .formatted(only, AvroSerdes.SERIALIZER_CLASS));
          }
        });
    SchemaRegistry registry = registry(config);
    return (boolean) DEF.parse(config).get(AUTO_REGISTER) ? registry::register : registry::find;
  }
}
