package dev.onceflow.schemas.serde;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * One address of a registry. Credentials inside it ({@code http://user:password@host}) are taken
 * out, so that the address can be told in messages.
 *
 * @param uri the address without credentials and without a slash at its end
 * @param userInfo {@code user:password} where the address had it, decoded; else null
 */
record RegistryAddress(URI uri, Password userInfo) {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final String EXPECTED =
      "expected addresses such as https://registry.example:8081, with credentials percent-encoded";

  static RegistryAddress parse(String text) {
    try {
      URI given = new URI(text.strip().replaceAll("/+$", ""));
      if (given.getScheme() == null
          || !SCHEMES.contains(given.getScheme())
          || given.getHost() == null) {
        throw refused(text);
      }
      URI plain =
          new URI(
              given.getScheme(),
              null,
              given.getHost(),
              given.getPort(),
              given.getPath(),
              null,
              null);
      String credentials = given.getUserInfo();
      return new RegistryAddress(plain, credentials == null ? null : new Password(credentials));
    } catch (URISyntaxException e) {
      // Not as a cause: its message has the whole address in it.
      throw refused(text);
    }
  }

  private static ConfigException refused(String text) {
    return new ConfigException(
        SerdeConfig.REGISTRY_URL, text.replaceFirst("//.*@", "//[hidden]@"), EXPECTED);
  }

  Optional<Password> credentials() {
    return Optional.ofNullable(userInfo);
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
