package dev.onceflow.local;

import dev.onceflow.cli.UserException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the build has put what is not on the class path.
 *
 * @param home the checkout's folder
 */
public record Distribution(Path home) {
  /** Names the checkout's folder where it can't be found from the class path. */
  public static final String HOME = "onceflow.home";

  /** The folder that is in a checkout, and in nothing else. */
  private static final String MARK = "sink-connector/pom.xml";

  /**
   * The checkout that these classes were built in, or the one that {@value #HOME} names.
   *
   * @throws UserException if there is none
   */
  public static Distribution located() {
    String named = System.getProperty(HOME);
    if (named != null) {
      return new Distribution(Path.of(named).toAbsolutePath().normalize());
    }
    for (Path folder = ownLocation(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(MARK))) {
        return new Distribution(folder);
      }
    }
    throw new UserException(
        "Onceflow's folder can't be found from %s. Name it with -D%s=FOLDER."
            .formatted(ownLocation(), HOME));
  }

  /** The schema registry's application. */
  public Path registry() {
    return built("local/target/registry");
  }

  /** The folder that holds the plugin with which connectors read Avro. */
  public Path avroConverterPlugin() {
    return built("local/target/plugins");
  }

  /** The folder that holds Onceflow's own sink plugin. */
  public Path sinkPlugin() {
    return built("sink-connector/target/plugin");
  }

  /** Where PostgreSQL's programs are unpacked on first use. */
  public Path postgres() {
    return home.resolve("local/target/postgresql");
  }

  private Path built(String path) {
    Path folder = home.resolve(path);
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          "%s is missing. Build it with 'mvn -Dquick package' in %s.".formatted(folder, home));
    }
    return folder;
  }

  private static Path ownLocation() {
    try {
      return Path.of(
          Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Onceflow's own classes have no location", e);
    }
  }
}
