package dev.onceflow.sink.avro;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * How the registry is reached.
 *
 * @param addresses of instances of one registry, tried in this order
 * @param authorization the value of the HTTP header, where one is wanted
 */
public record RegistryAccess(List<URI> addresses, Optional<String> authorization) {
  /** Copies its list. */
  public RegistryAccess {
    addresses = List.copyOf(addresses);
  }

  /** Without what authorizes. */
  @Override
  public String toString() {
    return addresses.toString();
  }
}
