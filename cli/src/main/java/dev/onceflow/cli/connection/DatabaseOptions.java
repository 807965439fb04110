package dev.onceflow.cli.connection;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/**
 * How the sink's target database is reached. No option takes a password: the command line is seen
 * by everybody on the machine.
 */
public final class DatabaseOptions extends ConnectionOptions {
  private static final String URL_PREFIX = "jdbc:postgresql:";
  private static final String OPTION = "--database";

  @Option(
      names = OPTION,
      paramLabel = "URL",
      description =
          "The sink's target database: jdbc:postgresql://HOST:PORT/DATABASE. Default: $$ONCEFLOW_DATABASE_URL, else database.url of the profile.")
  private String url;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      description =
          "The role to connect as. Default: $$ONCEFLOW_DATABASE_USER, else database.user of the profile, else $$PGUSER; one in the URL goes before all of them.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Holds the role's password. Default: $$ONCEFLOW_DATABASE_PASSWORD or $$ONCEFLOW_DATABASE_PASSWORD_FILE, else database.password or database.password.file of the profile, else $$PGPASSWORD.")
  private Path passwordFile;

  /** For commands that mix it in. */
  public DatabaseOptions() {}

  @Override
  protected List<Setting> flags() {
    List<Setting> flags = new ArrayList<>();
    if (url != null) {
      flags.add(Setting.of(Keys.DATABASE_URL, url, Setting.Source.FLAG, OPTION));
    }
    if (user != null) {
      flags.add(Setting.of(Keys.DATABASE_USER, user, Setting.Source.FLAG, "--user"));
    }
    if (passwordFile != null) {
      flags.add(
          Setting.of(
              Keys.DATABASE_PASSWORD_FILE,
              passwordFile.toString(),
              Setting.Source.FLAG,
              "--password-file"));
    }
    return flags;
  }

  /**
   * The database's address; empty where no source names one.
   *
   * @throws UserException if it isn't one of PostgreSQL's
   */
  public Optional<String> url() {
    return given().find(Keys.DATABASE_URL).map(DatabaseOptions::checked);
  }

  /** The role, where the address need not say it. */
  public Optional<String> user() {
    return given().find(Keys.DATABASE_USER).map(Setting::value);
  }

  /** Its password, wherever it is kept. */
  public Optional<String> password() {
    return password(given());
  }

  /**
   * Connects. The caller closes the connection, which is in auto-commit mode and gives up on what
   * isn't answered for a minute.
   *
   * @param applicationName how the command shows in {@code pg_stat_activity}
   * @throws UserException if no database is given, or it can't be reached
   */
  public Connection connect(String applicationName) {
    String address =
        url()
            .orElseThrow(
                () -> ConnectionSettings.missing("database", OPTION + " URL", Keys.DATABASE_URL));
    Properties properties = new Properties();
    user().ifPresent(role -> properties.setProperty("user", role));
    password().ifPresent(secret -> properties.setProperty("password", secret));
    return connect(address, properties, applicationName);
  }

  /**
   * Connects to an address that isn't given here alone. The caller closes the connection, which is
   * in auto-commit mode and gives up on what isn't answered for a minute.
   *
   * @param address PostgreSQL's JDBC URL
   * @param others the driver's properties, the user among them
   * @param applicationName how the command shows in {@code pg_stat_activity}
   * @throws UserException if it can't be reached
   */
  public static Connection connect(String address, Properties others, String applicationName) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("tcpKeepAlive", "true");
    properties.putAll(others);
    try {
      return DriverManager.getConnection(address, properties);
    } catch (SQLException e) {
      // The driver's messages may quote the address.
      throw new UserException(
          "The target database can't be reached: " + Key.masked(String.valueOf(e.getMessage())), e);
    }
  }

  private static String checked(Setting address) {
    if (!address.value().startsWith(URL_PREFIX)) {
      throw new UserException(
          "%s is %s: expected jdbc:postgresql://HOST:PORT/DATABASE."
              .formatted(
                  address.source() == Setting.Source.FLAG
                      ? OPTION
                      : "database.url (from " + address.place() + ")",
                  address.shown()));
    }
    return address.value();
  }

  /** The password itself or what its file holds, whichever comes from the stronger source. */
  static Optional<String> password(ConnectionSettings settings) {
    Optional<Setting> password = settings.find(Keys.DATABASE_PASSWORD);
    Optional<Setting> file = settings.find(Keys.DATABASE_PASSWORD_FILE);
    if (password.isPresent() && file.isPresent()) {
      int stronger = password.get().source().compareTo(file.get().source());
      if (stronger == 0) {
        throw new UserException(
            "database.password (from %s) and database.password.file (from %s) are both given: leave one of them out."
                .formatted(password.get().place(), file.get().place()));
      }
      return stronger > 0 ? password.map(Setting::value) : file.map(DatabaseOptions::read);
    }
    return password.map(Setting::value).or(() -> file.map(DatabaseOptions::read));
  }

  private static String read(Setting file) {
    try {
      return Files.readString(Path.of(file.value()), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UserException(
          "Password file %s, named by %s, can't be read.".formatted(file.value(), file.place()), e);
    }
  }
}
