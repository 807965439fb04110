package dev.onceflow.cli.audit.read;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How the target database is reached, in place of what a configuration says. */
public final class DatabaseSettings {
  private static final String URL_PREFIX = "jdbc:postgresql:";

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "The sink's target database: jdbc:postgresql://HOST:PORT/DATABASE.")
  private String url;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      description = "The role to connect as; it needs SELECT on the table and in schema onceflow.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Holds the role's password.")
  private Path passwordFile;

  /** For picocli. */
  public DatabaseSettings() {}

  /** The URL; empty where it isn't given. */
  public Optional<String> url() {
    if (url != null && !url.startsWith(URL_PREFIX)) {
      throw new UserException(
          "--database is %s: expected jdbc:postgresql://HOST:PORT/DATABASE.".formatted(url));
    }
    return Optional.ofNullable(url);
  }

  /** The role; empty where it isn't given here or in {@code PGUSER}. */
  public Optional<String> user() {
    return Optional.ofNullable(user).or(() -> Optional.ofNullable(System.getenv("PGUSER")));
  }

  /** The password; empty where it isn't given here or in {@code PGPASSWORD}. */
  public Optional<String> password() {
    return Optional.ofNullable(passwordFile)
        .map(DatabaseSettings::read)
        .or(() -> Optional.ofNullable(System.getenv("PGPASSWORD")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UserException("Password file %s can't be read.".formatted(file), e);
    }
  }

  /** Sets what is there. */
  public static void put(Properties properties, String key, Optional<String> value) {
    value.ifPresent(text -> properties.setProperty(key, text));
  }
}
