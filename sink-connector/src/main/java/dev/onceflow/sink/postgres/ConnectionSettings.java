package dev.onceflow.sink.postgres;

import java.util.Optional;

/**
 * How to reach the database.
 *
 * @param url a JDBC URL; what it sets itself wins over the other settings
 * @param tls what the driver should ask of TLS; empty leaves it to the URL
 * @param applicationName by which a successor knows the sink's connections
 * @param lockTimeoutMs how long a statement waits for a lock
 * @param statementTimeoutMs how long a statement may run; 0 for no limit
 */
public record ConnectionSettings(
    String url,
    Optional<String> user,
    Optional<String> password,
    Tls tls,
    String applicationName,
    long lockTimeoutMs,
    long statementTimeoutMs) {

  /**
   * Transport security, as libpq names it.
   *
   * @param mode disable, prefer, require, verify-ca or verify-full
   * @param rootCertificate file with the authorities that are trusted, PEM
   * @param certificate file with the client's certificate, PEM
   * @param key file with the client's key, PKCS-8 DER or PKCS-12
   */
  public record Tls(
      Optional<String> mode,
      Optional<String> rootCertificate,
      Optional<String> certificate,
      Optional<String> key) {
    /** Leaves all of it to the URL. */
    public static final Tls BY_URL =
        new Tls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

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
