package dev.onceflow.cli.connection;

import dev.onceflow.cli.UserException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where Connect's workers answer. */
public final class ConnectUrlOption extends ConnectionOptions {
  private static final String OPTION = "--connect-url";

  @Option(
      names = OPTION,
      paramLabel = "URL",
      description =
          "Connect's REST API, of any worker: http://HOST:PORT. Default: $$ONCEFLOW_CONNECT_URL, else connect.url of the profile.")
  private String url;

  /** For commands that mix it in. */
  public ConnectUrlOption() {}

  @Override
  protected List<Setting> flags() {
    return url == null
        ? List.of()
        : List.of(Setting.of(Keys.CONNECT_URL, url, Setting.Source.FLAG, OPTION));
  }

  /** The address, without a slash at its end; empty where no source names one. */
  public Optional<String> url() {
    return given()
        .find(Keys.CONNECT_URL)
        .map(address -> HttpAddress.checked(address, "where Connect serves its REST API"));
  }

  /**
   * The address, without a slash at its end.
   *
   * @throws UserException if no source names one
   */
  public String required() {
    return url()
        .orElseThrow(
            () -> ConnectionSettings.missing("Connect", OPTION + " URL", Keys.CONNECT_URL));
  }
}
