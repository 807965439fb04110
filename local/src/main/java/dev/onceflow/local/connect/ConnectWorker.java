package dev.onceflow.local.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.cli.UserException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kafka Connect distributed worker in a child JVM, its REST API on loopback only. Connectors and
 * their offsets are kept in Kafka, so after SIGKILL a new worker goes on with them as soon as the
 * group has noticed that the old one is gone, within {@value #SESSION_TIMEOUT_MS} ms.
 */
public final class ConnectWorker implements LocalServer {
  private static final String HOST = "127.0.0.1";
  private static final String GROUP = "onceflow-connect";
  private static final int SESSION_TIMEOUT_MS = 4_000;
  private static final int TASK_SESSION_TIMEOUT_MS = 6_000;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final Duration REBALANCE_LIMIT = Duration.ofSeconds(30);
  private static final Duration STATUS_LIMIT = Duration.ofSeconds(60);
  private static final long POLL_MS = 50;
  private static final String BROKERS_DEFAULT = "-1";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int REBALANCING = 409;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where Connect 3 finds how to log; later versions read what all child JVMs are given. */
  private static final String CONNECT_3_LOG_CONFIG =
      "-Dlog4j.configuration=dev/onceflow/local/connect-3-log4j.properties";

  private static final List<String> JVM_FLAGS =
      List.of("-Xms64m", "-Xmx384m", "-Xss512k", CONNECT_3_LOG_CONFIG);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path folder;
  private final int port;
  private final String bootstrapServers;
  private final List<Path> plugins;
  private final List<String> jvmFlags;
  private final String classPath;
  private volatile ChildProcess process;

  private ConnectWorker(
      Path folder,
      int port,
      String bootstrapServers,
      List<Path> plugins,
      List<String> moreJvmFlags,
      String classPath) {
    this.folder = folder.toAbsolutePath();
    this.port = FreePort.orGiven(port);
    this.bootstrapServers = bootstrapServers;
    this.plugins = List.copyOf(plugins);
    this.jvmFlags = Stream.concat(JVM_FLAGS.stream(), moreJvmFlags.stream()).toList();
    this.classPath = classPath;
  }

  /**
   * Starts a worker; returns when it has joined its group and serves.
   *
   * @param folder where its configuration and log are
   * @param port the port of its REST API, or {@link FreePort#ANY}
   * @param bootstrapServers the Kafka cluster
   * @param plugins folders that hold plugins, one folder or jar each; a plugin is found only by its
   *     {@code META-INF/services}
   * @throws UserException if it doesn't start
   */
  public static ConnectWorker start(
      Path folder, int port, String bootstrapServers, List<Path> plugins) {
    return start(folder, port, bootstrapServers, plugins, List.of());
  }

  /** The same, with more flags for its JVM, which win over its own. */
  public static ConnectWorker start(
      Path folder,
      int port,
      String bootstrapServers,
      List<Path> plugins,
      List<String> moreJvmFlags) {
    ConnectWorker worker =
        new ConnectWorker(
            folder, port, bootstrapServers, plugins, moreJvmFlags, ChildJvm.ownClassPath());
    worker.restart();
    return worker;
  }

  /**
   * Starts a worker of another Connect version, 3.9 or later.
   *
   * @param connect the class path of that version, with nothing of ours
   * @throws UserException if it doesn't start
   */
  public static ConnectWorker startVersion(
      String connect, Path folder, String bootstrapServers, List<Path> plugins) {
    String classPath = connect + File.pathSeparator + ChildJvm.leashClassPath();
    ConnectWorker worker =
        new ConnectWorker(folder, FreePort.ANY, bootstrapServers, plugins, List.of(), classPath);
    worker.restart();
    return worker;
  }

  @Override
  public synchronized void restart() {
    if (process != null && process.alive()) {
      throw new IllegalStateException("The Connect worker runs as process " + process.pid());
    }
    Path properties = folder.resolve("worker.properties");
    try {
      Files.createDirectories(folder);
      Files.writeString(
          properties,
          properties().entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\"))
              .sorted()
              .collect(Collectors.joining("\n", "", "\n")));
      ChildJvm jvm =
          new ChildJvm(
              "connect",
              "org.apache.kafka.connect.cli.ConnectDistributed",
              List.of(properties.toString()),
              jvmFlags,
              classPath,
              folder);
      process = ChildProcess.start(jvm.command());
    } catch (IOException e) {
      throw new UserException("Connect's folder %s can't be written: %s".formatted(folder, e), e);
    }
    process.awaitReady(() -> send("GET", "/health", null).statusCode() == OK, START_LIMIT);
  }

  private Map<String, String> properties() {
    String sessionMs = Integer.toString(SESSION_TIMEOUT_MS);
    String taskSessionMs = Integer.toString(TASK_SESSION_TIMEOUT_MS);
    return Map.ofEntries(
        Map.entry("bootstrap.servers", bootstrapServers),
        Map.entry("group.id", GROUP),
        Map.entry("listeners", "http://" + HOST + ":" + port),
        Map.entry("rest.advertised.host.name", HOST),
        Map.entry(
            "plugin.path", plugins.stream().map(Path::toString).collect(Collectors.joining(","))),
        // Looking into every class of the worker's own class path would take seconds.
        Map.entry("plugin.discovery", "service_load"),
        Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        Map.entry("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
        Map.entry("connector.client.config.override.policy", "All"),
        Map.entry("config.storage.topic", GROUP + "-configs"),
        Map.entry("config.storage.replication.factor", BROKERS_DEFAULT),
        Map.entry("offset.storage.topic", GROUP + "-offsets"),
        Map.entry("offset.storage.replication.factor", BROKERS_DEFAULT),
        Map.entry("offset.storage.partitions", "1"),
        Map.entry("status.storage.topic", GROUP + "-status"),
        Map.entry("status.storage.replication.factor", BROKERS_DEFAULT),
        Map.entry("status.storage.partitions", "1"),
        Map.entry("offset.flush.interval.ms", "5000"),
        // One worker: nobody else could come back and want its tasks again.
        Map.entry("scheduled.rebalance.max.delay.ms", "0"),
        Map.entry("session.timeout.ms", sessionMs),
        Map.entry("heartbeat.interval.ms", "1000"),
        // The tasks' own consumers: killed with the worker, they hold their partitions this long.
        Map.entry("consumer.session.timeout.ms", taskSessionMs),
        Map.entry("consumer.heartbeat.interval.ms", "1500"));
  }

  /**
   * Makes a connector, or gives it a new configuration.
   *
   * @throws UserException if the worker refuses the configuration, with its reasons
   */
  public void putConnector(String name, Map<String, String> config) {
    ask("PUT", "/connectors/" + name + "/config", json(config), "configure connector " + name);
  }

  /**
   * A connector's configuration.
   *
   * @throws UserException if there is no such connector
   */
  public Map<String, String> connectorConfig(String name) {
    JsonNode config =
        ask("GET", "/connectors/" + name + "/config", null, "tell the configuration of " + name);
    Map<String, String> map = new TreeMap<>();
    config.properties().forEach(each -> map.put(each.getKey(), each.getValue().asText()));
    return map;
  }

  /**
   * What the worker says of a connector. Right after a worker was killed and started again, that is
   * still what the killed one had said.
   *
   * @throws UserException if there is no such connector
   */
  public ConnectorStatus status(String name) {
    return ConnectorStatus.of(
        ask("GET", "/connectors/" + name + "/status", null, "tell the status of " + name));
  }

  /**
   * Waits until a connector and all of its tasks run.
   *
   * @throws UserException if one fails, with its stack trace, or the time is over
   */
  public void awaitRunning(String name, Duration limit) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    String seen = "no status yet";
    while (System.nanoTime() < deadlineNs) {
      HttpResponse<String> response = sent("GET", "/connectors/" + name + "/status", null);
      if (response.statusCode() == OK) {
        ConnectorStatus status = ConnectorStatus.of(parsed(response.body()));
        status
            .failure()
            .ifPresent(
                trace -> {
                  throw new UserException("Connector %s has failed: %s".formatted(name, trace));
                });
        if (status.running()) {
          return;
        }
        seen = status.toString();
      }
      sleep();
    }
    throw new UserException(
        "Connector %s did not run within %d s: %s. See %s"
            .formatted(name, limit.toSeconds(), seen, process().log()));
  }

  /**
   * Stops a connector's tasks and keeps its configuration; returns when they have ended.
   *
   * @throws UserException if they still run after a while
   */
  public void stopConnector(String name) {
    HttpResponse<String> response = answered("PUT", "/connectors/" + name + "/stop", null);
    if (response.statusCode() >= 300) {
      throw refused("stop connector " + name, response);
    }
    awaitStatus(
        name, status -> status.connector().state().equals("STOPPED") && status.tasks().isEmpty());
  }

  /** Lets a stopped connector run again. */
  public void resumeConnector(String name) {
    HttpResponse<String> response = answered("PUT", "/connectors/" + name + "/resume", null);
    if (response.statusCode() >= 300) {
      throw refused("resume connector " + name, response);
    }
  }

  /** Restarts a connector's failed tasks. */
  public void restartFailedTasks(String name) {
    String path = "/connectors/" + name + "/restart?includeTasks=true&onlyFailed=true";
    HttpResponse<String> response = answered("POST", path, null);
    if (response.statusCode() >= 300) {
      throw refused("restart the tasks of connector " + name, response);
    }
  }

  /**
   * Waits until a connector or one of its tasks fails.
   *
   * @return the stack trace
   * @throws UserException if none has failed when the time is over
   */
  public String awaitFailure(String name) {
    return awaitStatus(name, status -> status.failure().isPresent()).failure().orElseThrow();
  }

  private ConnectorStatus awaitStatus(String name, Predicate<ConnectorStatus> expected) {
    long deadlineNs = System.nanoTime() + STATUS_LIMIT.toNanos();
    String seen = "no status yet";
    while (System.nanoTime() < deadlineNs) {
      HttpResponse<String> response = sent("GET", "/connectors/" + name + "/status", null);
      if (response.statusCode() == OK) {
        ConnectorStatus status = ConnectorStatus.of(parsed(response.body()));
        if (expected.test(status)) {
          return status;
        }
        seen = status.toString();
      }
      sleep();
    }
    throw new UserException(
        "Connector %s: not what was waited for within %d s: %s. See %s"
            .formatted(name, STATUS_LIMIT.toSeconds(), seen, process().log()));
  }

  /**
   * Deletes a connector, if it is there; returns when the worker has forgotten it. Its consumer
   * group's offsets stay.
   *
   * @throws UserException if it is still there after a while
   */
  public void deleteConnector(String name) {
    HttpResponse<String> response = answered("DELETE", "/connectors/" + name, null);
    if (response.statusCode() >= 300 && response.statusCode() != NOT_FOUND) {
      throw refused("delete connector " + name, response);
    }
    // The answer comes before its tasks are stopped and its status is gone.
    long deadlineNs = System.nanoTime() + REBALANCE_LIMIT.toNanos();
    while (sent("GET", "/connectors/" + name + "/status", null).statusCode() != NOT_FOUND) {
      if (System.nanoTime() > deadlineNs) {
        throw new UserException(
            "Connector %s is still there %d s after it was deleted. See %s"
                .formatted(name, REBALANCE_LIMIT.toSeconds(), process().log()));
      }
      sleep();
    }
  }

  /** The address of its REST API. */
  public String url() {
    return "http://" + HOST + ":" + port;
  }

  @Override
  public ChildProcess process() {
    return process;
  }

  private JsonNode ask(String method, String path, String body, String purpose) {
    HttpResponse<String> response = answered(method, path, body);
    if (response.statusCode() >= 300) {
      throw refused(purpose, response);
    }
    return parsed(response.body());
  }

  // While its group rebalances a worker answers 409 to whatever would change something.
  private HttpResponse<String> answered(String method, String path, String body) {
    long deadlineNs = System.nanoTime() + REBALANCE_LIMIT.toNanos();
    HttpResponse<String> response = sent(method, path, body);
    while (response.statusCode() == REBALANCING && System.nanoTime() < deadlineNs) {
      sleep();
      response = sent(method, path, body);
    }
    return response;
  }

  private HttpResponse<String> sent(String method, String path, String body) {
    try {
      return send(method, path, body);
    } catch (IOException e) {
      throw new UserException(
          "The Connect worker at %s can't be reached (%s). See %s"
              .formatted(url(), e, process().log()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking the Connect worker", e);
    }
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(ANSWER_LIMIT)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private UserException refused(String purpose, HttpResponse<String> response) {
    return new UserException(
        "The Connect worker at %s refused to %s: HTTP %d %s"
            .formatted(url(), purpose, response.statusCode(), response.body()));
  }

  private static String json(Map<String, String> config) {
    try {
      return JSON.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings always have a JSON form", e);
    }
  }

  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The Connect worker's answer is not JSON: " + body, e);
    }
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the Connect worker", e);
    }
  }
}
