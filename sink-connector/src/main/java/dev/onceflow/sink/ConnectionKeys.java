package dev.onceflow.sink;

import dev.onceflow.sink.postgres.ConnectionSettings;
import dev.onceflow.sink.postgres.ConnectionSettings.Tls;
import dev.onceflow.sink.postgres.Database;
import dev.onceflow.sink.postgres.Preflight;
import dev.onceflow.sink.postgres.PreflightRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.types.Password;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLException;

/** The keys that say how the database is reached. */
final class ConnectionKeys {
  static final String URL = "connection.url";
  static final String USER = "connection.user";
  static final String PASSWORD = "connection.password";
  static final String SSL_MODE = "connection.ssl.mode";
  static final String SSL_ROOT_CERTIFICATE = "connection.ssl.root.cert";
  static final String SSL_CERTIFICATE = "connection.ssl.cert";
  static final String SSL_KEY = "connection.ssl.key";
  static final String STATEMENT_TIMEOUT_MS = "connection.statement.timeout.ms";
  static final String PREFLIGHT_ACCEPT = "preflight.accept";

  private static final String GROUP = "Database";
  private static final String POSTGRES_URL = "jdbc:postgresql:";
  private static final ValidString MODES =
      ValidString.in("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private ConnectionKeys() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            URL,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new TextCheck(
                url -> url.startsWith(POSTGRES_URL),
                "expected a JDBC URL of PostgreSQL: jdbc:postgresql://HOST:PORT/DATABASE"),
            Importance.HIGH,
            "The target database's JDBC URL, of PostgreSQL itself and not of a pooler in front of it."
                + " Parameters in it win over what the sink sets itself.",
            GROUP,
            1,
            Width.LONG,
            URL)
        .define(
            USER,
            ConfigDef.Type.STRING,
            null,
            Importance.HIGH,
            "The role to connect as; docs/sink.md lists the rights that it needs.",
            GROUP,
            2,
            Width.MEDIUM,
            USER)
        .define(
            PASSWORD,
            ConfigDef.Type.PASSWORD,
            null,
            Importance.HIGH,
            "The role's password. To keep it out of the configuration, use one of Connect's config"
                + " providers: ${file:/run/secrets/onceflow.properties:password}.",
            GROUP,
            3,
            Width.MEDIUM,
            PASSWORD)
        .define(
            SSL_MODE,
            ConfigDef.Type.STRING,
            null,
            ConfigDef.LambdaValidator.with(
                (key, value) -> {
                  if (value != null) {
                    MODES.ensureValid(key, value);
                  }
                },
                MODES::toString),
            Importance.MEDIUM,
            "What is asked of TLS: disable, allow, prefer, require, verify-ca or verify-full. Not given:"
                + " as the URL says, prefer by default.",
            GROUP,
            4,
            Width.SHORT,
            SSL_MODE)
        .define(
            SSL_ROOT_CERTIFICATE,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "File on the worker with the certificates of trusted authorities (PEM).",
            GROUP,
            5,
            Width.LONG,
            SSL_ROOT_CERTIFICATE)
        .define(
            SSL_CERTIFICATE,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "File on the worker with the client's certificate (PEM).",
            GROUP,
            6,
            Width.LONG,
            SSL_CERTIFICATE)
        .define(
            SSL_KEY,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "File on the worker with the client's key (PKCS-8 in DER, or PKCS-12).",
            GROUP,
            7,
            Width.LONG,
            SSL_KEY)
        .define(
            STATEMENT_TIMEOUT_MS,
            ConfigDef.Type.LONG,
            100_000L,
            Range.between(0, 280_000L),
            Importance.LOW,
            "How long one statement may run before the server ends it and it is tried again; 0 for no"
                + " limit. The sink's own limit on a silent connection is 120 s.",
            GROUP,
            8,
            Width.SHORT,
            STATEMENT_TIMEOUT_MS)
        .define(
            PREFLIGHT_ACCEPT,
            ConfigDef.Type.LIST,
            List.of(),
            ValidList.in(
                Arrays.stream(PreflightRule.values())
                    .map(PreflightRule::ruleName)
                    .toArray(String[]::new)),
            Importance.MEDIUM,
            "Names of rules whose violation you accept; any other one stops the task, since a crash of the"
                + " database could lose effects or make them twice. fsync, full_page_writes: must be on."
                + " tables.logged: target tables and the sink's own must not be unlogged. tables.local: target"
                + " tables must not be foreign.",
            GROUP,
            9,
            Width.MEDIUM,
            PREFLIGHT_ACCEPT);
  }

  /** What of the database is looked at before it is written to. */
  static Preflight preflight(AbstractConfig values) {
    return new Preflight(
        values.getList(PREFLIGHT_ACCEPT).stream()
            .map(name -> PreflightRule.named(name).orElseThrow())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Reads them.
   *
   * @param lockTimeoutMs how long a statement waits for a lock
   */
  static ConnectionSettings read(
      AbstractConfig values, String applicationName, long lockTimeoutMs) {
    return new ConnectionSettings(
        values.getString(URL),
        text(values, USER),
        Optional.ofNullable(values.getPassword(PASSWORD)).map(Password::value),
        new Tls(
            text(values, SSL_MODE),
            text(values, SSL_ROOT_CERTIFICATE),
            text(values, SSL_CERTIFICATE),
            text(values, SSL_KEY)),
        applicationName,
        lockTimeoutMs,
        values.getLong(STATEMENT_TIMEOUT_MS));
  }

  /**
   * How long a connection waits for the answer to a statement: the shorter one of the server's
   * limit and the socket's.
   */
  static long patienceMs(AbstractConfig values) {
    long socketMs = TimeUnit.SECONDS.toMillis(Database.SOCKET_TIMEOUT_S);
    try {
      Properties url = Driver.parseURL(values.getString(URL), null);
      if (url != null && PGProperty.SOCKET_TIMEOUT.isPresent(url)) {
        socketMs = TimeUnit.SECONDS.toMillis(PGProperty.SOCKET_TIMEOUT.getInt(url));
      }
    } catch (PSQLException noNumber) {
      // Connecting refuses it, and names it.
    }
    return LongStream.of(socketMs, values.getLong(STATEMENT_TIMEOUT_MS))
        .filter(limit -> limit > 0)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static Optional<String> text(AbstractConfig values, String key) {
    return Optional.ofNullable(values.getString(key));
  }
}
