package dev.onceflow.cli.connection;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a running job answers questions about its state. */
public final class JobUrlOption extends ConnectionOptions {
  private static final String OPTION = "--job-url";

  @Option(
      names = OPTION,
      paramLabel = "URL",
      description =
          "Where any instance of the job serves its http.port: http://HOST:PORT. Default: $$ONCEFLOW_JOB_URL, else job.url of the profile.")
  private String url;

  /** For commands that mix it in. */
  public JobUrlOption() {}

  @Override
  protected List<Setting> flags() {
    return url == null
        ? List.of()
        : List.of(Setting.of(Keys.JOB_URL, url, Setting.Source.FLAG, OPTION));
  }

  /** The address, without a slash at its end; empty where no source names one. */
  public Optional<String> url() {
    return given()
        .find(Keys.JOB_URL)
        .map(address -> HttpAddress.checked(address, "where the job serves its http.port"));
  }
}
