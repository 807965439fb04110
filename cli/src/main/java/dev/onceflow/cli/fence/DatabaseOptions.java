package dev.onceflow.cli.fence;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  FenceTable open() {
    if (!url.startsWith(URL_PREFIX)) {
      throw new UserException(
          "--database is %s: expected jdbc:postgresql://HOST:PORT/DATABASE.".formatted(url));
    }
    Properties properties = new Properties();
    put(properties, "user", user != null ? user : System.getenv("PGUSER"));
    put(properties, "password", passwordFile != null ? password() : System.getenv("PGPASSWORD"));
    return FenceTable.open(url, properties);
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
