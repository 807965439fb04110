package dev.onceflow.schemas.serde;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigException;

/** The one setting that our serdes share with Confluent's. */
final class SerdeConfig {
  static final String REGISTRY_URL = "schema.registry.url";

  /**
   * One registry per set of addresses in this JVM, so that its answers are shared by all serdes.
   */
  private static final Map<List<URI>, SchemaRegistry> REGISTRIES = new ConcurrentHashMap<>();

  private SerdeConfig() {}

  static SchemaRegistry registry(Map<String, ?> config) {
    TrustedContracts.ensure();
    Object value = config.get(REGISTRY_URL);
    if (value == null || value.toString().isBlank()) {
      throw new ConfigException(
          REGISTRY_URL, value, "give the schema registry's address, such as http://localhost:8081");
    }
    List<URI> addresses = new ArrayList<>();
    for (String address : value.toString().split(",", -1)) {
      addresses.add(URI.create(address.strip().replaceAll("/+$", "")));
    }
    return REGISTRIES.computeIfAbsent(addresses, HttpSchemaRegistry::new);
  }
}
