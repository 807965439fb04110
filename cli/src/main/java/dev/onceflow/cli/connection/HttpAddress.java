package dev.onceflow.cli.connection;

import dev.onceflow.cli.UserException;
import java.net.URI;
import java.util.List;

/** An address of HTTP that somebody has given. */
final class HttpAddress {
  private HttpAddress() {}

  /**
   * The address, without a slash at its end.
   *
   * @param purpose what is there
   * @throws UserException if it isn't one
   */
  static String checked(Setting given, String purpose) {
    String url = given.value().strip().replaceAll("/+$", "");
    try {
      URI address = URI.create(url);
      if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Told below, like every other address that isn't one.
    }
    throw new UserException(
        "%s (from %s) is %s: expected http://HOST:PORT, %s."
            .formatted(given.key(), given.place(), given.shown(), purpose));
  }
}
