package dev.onceflow.schemas.serde;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.types.Password;

/**
 * How a registry is reached: where, who asks, and over which TLS. Serdes of equal access share one
 * client. It holds secrets and tells none.
 *
 * @param doors its addresses, each with what is said there of who asks
 * @param tls the settings of TLS
 */
record RegistryAccess(List<Door> doors, RegistryTls tls) {
  /**
   * An address of the registry.
   *
   * @param address where
   * @param authorization the value of HTTP's header of that name, or empty
   */
  record Door(RegistryAddress address, Optional<Password> authorization) {}

  RegistryAccess {
    doors = List.copyOf(doors);
  }

  /**
   * @param values the parsed settings
   * @param tls the settings of TLS
   * @throws org.apache.kafka.common.config.ConfigException if a setting is wrong
   */
  static RegistryAccess of(Map<String, Object> values, RegistryTls tls) {
    List<RegistryAddress> addresses =
        ((List<?>) values.get(SerdeConfig.REGISTRY_URL))
            .stream().map(Object::toString).map(RegistryAddress::parse).toList();
    List<Optional<Password>> headers = RegistryCredentials.headers(values, addresses);
    List<Door> doors =
        IntStream.range(0, addresses.size())
            .mapToObj(i -> new Door(addresses.get(i), headers.get(i)))
            .toList();
    return new RegistryAccess(doors, tls);
  }
}
