package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How the sink's target database is reached. */
final class DatabaseOptions {
  private static final String URL_PREFIX = "jdbc:postgresql:";

  @Option(
      names = "--database",
      required = true,
      paramLabel = "URL",
      description = "The sink's target database: jdbc:postgresql://HOST:PORT/DATABASE.")
  private String url;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      description = "The role to connect as. Default: the URL's, or $$PGUSER.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Holds the role's password. Default: the URL's, or $$PGPASSWORD.")
  private Path passwordFile;

  /** A connection that commits by hand. */
  Connection open() {
    if (!url.startsWith(URL_PREFIX)) {
      throw new UserException(
          "--database is %s: expected jdbc:postgresql://HOST:PORT/DATABASE.".formatted(url));
    }
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "onceflow replay");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "120");
    properties.setProperty("tcpKeepAlive", "true");
    put(properties, "user", user != null ? user : System.getenv("PGUSER"));
    put(properties, "password", passwordFile != null ? password() : System.getenv("PGPASSWORD"));
    try {
      Connection connection = DriverManager.getConnection(url, properties);
      connection.setAutoCommit(false);
      // Whatever the server's default: taking fences away waits for a batch, and must not fail
      // then.
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      return connection;
    } catch (SQLException e) {
      throw new UserException("The target database can't be reached: " + e.getMessage(), e);
    }
  }

  private static void put(Properties properties, String key, String value) {
    if (value != null) {
      properties.setProperty(key, value);
    }
  }

  private String password() {
    try {
      return Files.readString(passwordFile, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UserException("Password file %s can't be read.".formatted(passwordFile), e);
    }
  }
}
