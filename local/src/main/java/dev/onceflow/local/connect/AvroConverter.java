package dev.onceflow.local.connect;

import java.util.Map;

/**
 * The settings of a connector that reads Confluent's wire format with Apicurio's converter, which
 * the build puts among the worker's plugins. With a registry of Confluent's, use Confluent's
 * converter instead: this one asks Apicurio's own API.
 */
public final class AvroConverter {
  private AvroConverter() {}

  /**
   * Settings for record values.
   *
   * @param registryUrl Apicurio's own API, not Confluent's
   */
  public static Map<String, String> values(String registryUrl) {
    return Map.of(
        "value.converter",
        "io.apicurio.registry.utils.converter.AvroConverter",
        "value.converter.apicurio.registry.url",
        registryUrl,
        // A zero byte and an ID of four bytes, where Apicurio's own format has eight.
        "value.converter.apicurio.registry.as-confluent",
        "true",
        // Confluent's IDs are of contents: the same schema under two subjects has one ID.
        "value.converter.apicurio.registry.use-id",
        "contentId");
  }
}
