package dev.onceflow.sink.postgres;

import java.util.Optional;

/**
 * How to reach the database.
 *
 * @param url a JDBC URL; what it sets itself wins over the sink's own defaults
 * @param applicationName by which a successor knows the sink's connections
 * @param lockTimeoutMs how long a statement waits for a lock
 */
public record ConnectionSettings(
    String url,
    Optional<String> user,
    Optional<String> password,
    String applicationName,
    long lockTimeoutMs) {

  /** The URL without its parameters, one of which may be a password. */
  public String address() {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  /** Without any password. */
  @Override
  public String toString() {
    return address() + " as " + user.orElse("the URL's user");
  }
}
