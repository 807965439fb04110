package dev.onceflow.sink;

import dev.onceflow.sink.avro.AvroShape;
import dev.onceflow.sink.avro.RegistryAccess;
import dev.onceflow.sink.record.RecordShape;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The keys of values that the sink itself decodes from Avro's binary form. */
final class AvroSettings {
  static final String REGISTRY_URL = "avro.registry.url";
  static final String USER = "avro.registry.user";
  static final String PASSWORD = "avro.registry.password";
  static final String VALUE_CONVERTER = "value.converter";
  static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

  private AvroSettings() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            REGISTRY_URL,
            ConfigDef.Type.LIST,
            List.of(),
            ConfigDef.LambdaValidator.with(
                AvroSettings::checkAddresses, () -> "http or https URLs of one registry"),
            Importance.MEDIUM,
            "Addresses of a schema registry with Confluent's REST API (Apicurio's is below"
                + " /apis/ccompat/v7). Given, the sink decodes values itself, from the bytes that a"
                + " registry's Avro serializer wrote: faster than by a converter. Needs value.converter="
                + BYTES
                + ". https trusts what the JVM trusts.")
        .define(
            USER,
            ConfigDef.Type.STRING,
            null,
            Importance.LOW,
            "The registry's user, for HTTP's basic authentication.")
        .define(PASSWORD, ConfigDef.Type.PASSWORD, null, Importance.LOW, "That user's password.");
  }

  private static void checkAddresses(String name, Object value) {
    for (Object address : (List<?>) value) {
      String text = String.valueOf(address);
      if (!text.startsWith("http://") && !text.startsWith("https://")) {
        throw new ConfigException(
            name, text, "expected a URL that begins with http:// or https://");
      }
      try {
        URI.create(text);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(name, text, "expected a URL");
      }
    }
  }

  static RecordShape decoded(AbstractConfig values, RecordShape next) {
    List<String> addresses = values.getList(REGISTRY_URL);
    if (addresses.isEmpty()) {
      return next;
    }
    Optional<String> authorization =
        Optional.ofNullable(values.getString(USER))
            .map(
                user ->
                    user
                        + ":"
                        + Optional.ofNullable(values.getPassword(PASSWORD))
                            .map(password -> password.value())
                            .orElse(""))
            .map(
                text ->
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    List<URI> uris =
        addresses.stream().map(text -> URI.create(text.replaceAll("/+$", ""))).toList();
    return AvroShape.of(new RegistryAccess(uris, authorization), next);
  }
}
