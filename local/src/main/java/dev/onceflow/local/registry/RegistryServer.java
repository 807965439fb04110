package dev.onceflow.local.registry;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Apicurio Registry in a child JVM, listening on loopback only, speaking Confluent's registry API.
 * Schemas are kept in a file database that writes at every commit, so that an ID that was answered
 * survives SIGKILL. A schema that can't read what its predecessor wrote is refused.
 */
public final class RegistryServer implements LocalServer {
  private static final String HOST = "127.0.0.1";
  private static final String API = "/apis/ccompat/v7";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final String MAIN_JAR = "apicurio-registry-app-2.6.13.Final-runner.jar";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path folder;
  private final int port;
  private volatile ChildProcess process;

  private RegistryServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts a registry; returns when it serves.
   *
   * @param folder where its data and log are
   * @param port its port, or {@link FreePort#ANY}
   * @throws UserException if it doesn't start
   */
  public static RegistryServer start(Path folder, int port) {
    RegistryServer server = new RegistryServer(folder.toAbsolutePath(), FreePort.orGiven(port));
    server.restart();
    return server;
  }

  @Override
  public synchronized void restart() {
    if (process != null && process.alive()) {
      throw new IllegalStateException("The registry runs as process " + process.pid());
    }
    // Its own jars first: on this class path the leash is the only class of ours that is used.
    String classPath =
        Distribution.located().registry().resolve(MAIN_JAR)
            + File.pathSeparator
            + ChildJvm.leashClassPath();
    ChildJvm jvm =
        new ChildJvm(
            "registry", "io.quarkus.runner.GeneratedMain", List.of(), flags(), classPath, folder);
    try {
      process = ChildProcess.start(jvm.command());
    } catch (IOException e) {
      throw new UserException(
          "The registry's folder %s can't be written: %s".formatted(folder, e), e);
    }
    process.awaitReady(this::serves, START_LIMIT);
  }

  private List<String> flags() {
    // Without WRITE_DELAY=0 H2 keeps a commit in memory for half a second, and a SIGKILL then gives
    // the same ID to another schema.
    String database =
        "jdbc:h2:file:" + folder.resolve("data").resolve("registry") + ";WRITE_DELAY=0";
    return List.of(
        "-Xmx96m",
        "-Xss512k",
        // It answers once per schema and client: starting fast with little memory is what counts.
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=48m",
        "-Dquarkus.http.host=" + HOST,
        "-Dquarkus.http.port=" + port,
        "-Dquarkus.datasource.jdbc.url=" + database,
        "-Dquarkus.datasource.jdbc.initial-size=1",
        "-Dquarkus.datasource.jdbc.min-size=1",
        "-Dquarkus.datasource.jdbc.max-size=4",
        "-Dquarkus.vertx.event-loops-pool-size=2",
        "-Dquarkus.thread-pool.max-threads=8",
        "-Dquarkus.banner.enabled=false",
        "-Dquarkus.log.level=WARN",
        "-DREGISTRY_LOG_LEVEL=WARN");
  }

  // Setting the rule is idempotent, and needs the whole application to be up.
  private boolean serves() throws IOException, InterruptedException {
    HttpRequest backward =
        HttpRequest.newBuilder(URI.create(url() + "/config"))
            .timeout(ANSWER_LIMIT)
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
            .build();
    return client.send(backward, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  /** What serdes give as {@code schema.registry.url}. */
  public String url() {
    return "http://" + HOST + ":" + port + API;
  }

  /** Apicurio's own API, for Apicurio's own clients. */
  public String apicurioUrl() {
    return "http://" + HOST + ":" + port + "/apis/registry/v2";
  }

  @Override
  public ChildProcess process() {
    return process;
  }
}
