package dev.onceflow.verification.cluster;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.connect.ConnectorStatus;
import dev.onceflow.local.kafka.KafkaCluster;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.FolderLock;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.local.up.SinkConfig;
import dev.onceflow.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The whole path as processes of this machine: brokers, registry, jobs, Connect workers with the
 * sink, database. What ends and is held by no fault is started again, as a supervisor would.
 *
 * <p>Started and closed by one thread; what it answers may be asked by many. {@link #close} ends
 * every process.
 */
public final class Cluster implements AutoCloseable {
  /** The job's application ID and its consumer group. */
  public static final String APPLICATION_ID = "payments-job";

  /** The connector's name, and the sink's in the fence table. */
  public static final String SINK = "payments-sink";

  /** The sink's consumer group. */
  public static final String SINK_GROUP = "connect-" + SINK;

  /** Where the job counts what became of its records. */
  public static final String VERDICTS_TOPIC = APPLICATION_ID + "-verdicts-changelog";

  private static final Duration SINK_START_LIMIT = Duration.ofSeconds(60);

  /**
   * How the sink connects: under a name in {@code pg_stat_activity}, and so that it notices when no
   * answer comes.
   */
  private static final String SINK_URL =
      "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&ApplicationName=%s&connectTimeout=5&socketTimeout=10";

  /**
   * A transaction that nobody ends is aborted after 5 to 6 s, well before its producer's session in
   * the group is over (10 s), so that one can be tried without the other.
   */
  private static final Map<String, String> BROKER_SETTINGS =
      Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

  private static final String TRANSACTION_TIMEOUT_MS = "5000";

  private final Path folder;
  private final Shape shape;
  private final Mode mode;
  private final Map<String, String> jobChanges;
  private final FolderLock lock;
  private final List<String> observations = new CopyOnWriteArrayList<>();
  private final List<String> failedTasks = new CopyOnWriteArrayList<>();
  private final Set<String> expectedFailures = ConcurrentHashMap.newKeySet();
  private final List<Member<JobProcess>> jobs = new ArrayList<>();
  private final List<Member<ConnectWorker>> workers = new ArrayList<>();
  private final List<Member<KafkaServer>> brokers = new ArrayList<>();
  private KafkaCluster kafka;
  private Lines lines;
  private volatile Member<PostgresServer> database;
  private Member<RegistryServer> registry;
  private Supervisor supervisor;

  /**
   * Takes the folder; starts nothing yet.
   *
   * @param jobChanges settings of the job in place of its usual ones here
   * @throws UserException if another process uses the folder
   */
  public Cluster(Path folder, Shape shape, Mode mode, Map<String, String> jobChanges) {
    this.folder = folder.toAbsolutePath();
    this.shape = shape;
    this.mode = mode;
    this.jobChanges = Map.copyOf(jobChanges);
    this.lock = FolderLock.of(this.folder);
  }

  /** Starts all of it; returns when the sink runs and the jobs have been started. */
  public void start() {
    CompletableFuture<PostgresServer> postgresStarts =
        inBackground(() -> PostgresServer.start(folder.resolve("postgres"), FreePort.ANY));
    CompletableFuture<RegistryServer> registryStarts =
        inBackground(() -> RegistryServer.start(folder.resolve("registry"), FreePort.ANY));
    lines = new Lines(shape.brokers());
    kafka = KafkaCluster.start(folder, lines.brokerPorts(), BROKER_SETTINGS);
    kafka.nodes().forEach(node -> brokers.add(new Member<>("broker-" + node.id(), node)));
    kafka.createTopics(Topics.ALL, shape.partitions());
    registry = new Member<>("registry", await(registryStarts));
    database = new Member<>("database", await(postgresStarts));
    lines.toServers(database.server().port(), URI.create(registry.server().url()));
    createTables();
    startJobs();
    startWorkers();
    registerSink();
    supervisor = new Supervisor(this::members, observations::add);
  }

  private void createTables() {
    try (Connection connection = DriverManager.getConnection(jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(SinkConfig.tables());
      if (mode.dropsKeysOfInserts()) {
        statement.execute(
            "ALTER TABLE ledger_entries DROP CONSTRAINT IF EXISTS ledger_entries_pkey");
      }
    } catch (SQLException e) {
      throw new UserException("The target tables can't be made: " + e.getMessage(), e);
    }
  }

  private void startJobs() {
    for (int i = 1; i <= shape.jobs(); i++) {
      String name = "job-" + i;
      JobProcess job =
          new JobProcess(
              name,
              folder.resolve(name),
              mode.jobMainClass(),
              jobSettings(),
              FreePort.orGiven(FreePort.ANY));
      job.restart();
      jobs.add(new Member<>(name, job));
    }
  }

  private Map<String, String> jobSettings() {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "application.id",
                APPLICATION_ID,
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "schema.registry.url",
                lines.registryUrl(),
                "producer.transaction.timeout.ms",
                TRANSACTION_TIMEOUT_MS,
                "num.stream.threads",
                Integer.toString(shape.jobThreads()),
                // The tables are kept for ever here, so event IDs are remembered for ever.
                "dedupe.horizon.ms",
                "-1",
                "preflight.accept",
                "state.dir"));
    settings.putAll(jobChanges);
    settings.putAll(mode.jobChanges());
    settings.merge(
        "main.consumer.interceptor.classes",
        FillsHeap.class.getName(),
        (ofMode, other) -> ofMode + ',' + other);
    return settings;
  }

  private void startWorkers() {
    List<Path> plugins = List.of(Distribution.located().sinkPlugin());
    List<CompletableFuture<ConnectWorker>> starting = new ArrayList<>();
    for (int i = 1; i <= shape.workers(); i++) {
      Path home = folder.resolve("worker-" + i);
      starting.add(
          inBackground(
              () -> ConnectWorker.start(home, FreePort.ANY, kafka.bootstrapServers(), plugins)));
    }
    for (int i = 0; i < starting.size(); i++) {
      workers.add(new Member<>("worker-" + (i + 1), await(starting.get(i))));
    }
  }

  private void registerSink() {
    Map<String, String> config =
        SinkConfig.of(
            kafka.bootstrapServers(),
            SINK_URL.formatted(
                lines.sinkToDatabase().port(), PostgresServer.NAME, PostgresServer.NAME, SINK),
            shape.workers());
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("avro.registry.url", lines.registryUrl());
    // What can't be applied would stop a task for good; so it is set aside, and judged in the end.
    config.put("dlq.table", "true");
    config.putAll(mode.sinkChanges());
    ConnectWorker worker = workers.get(0).server();
    worker.putConnector(SINK, config);
    worker.awaitRunning(SINK, SINK_START_LIMIT);
  }

  /** The brokers. */
  public List<Member<KafkaServer>> brokers() {
    return List.copyOf(brokers);
  }

  /** The job's processes. */
  public List<Member<JobProcess>> jobs() {
    return List.copyOf(jobs);
  }

  /** The Connect workers. */
  public List<Member<ConnectWorker>> workers() {
    return List.copyOf(workers);
  }

  /** The database that the sink writes to. */
  public Member<PostgresServer> database() {
    return database;
  }

  /** The schema registry. */
  public Member<RegistryServer> registry() {
    return registry;
  }

  /** The lines between them. */
  public Lines lines() {
    return lines;
  }

  /** A folder for a further server. */
  public Path folder(String name) {
    return folder.resolve(name);
  }

  /**
   * Puts another database in the place of the one that there is, which must have ended: the sink's
   * line leads to it from now on.
   *
   * @param server serves already; it is held as the old one was
   */
  public void failOverTo(PostgresServer server) {
    Member<PostgresServer> promoted = new Member<>("database", server);
    promoted.hold();
    database = promoted;
    lines.sinkToDatabase().redirect(server.port());
  }

  /** All processes. */
  public List<Member<?>> members() {
    return Stream.<List<? extends Member<?>>>of(
            brokers, List.of(registry), List.of(database), jobs, workers)
        .<Member<?>>flatMap(List::stream)
        .toList();
  }

  /** How many there are of what. */
  public Shape shape() {
    return shape;
  }

  /** What of exactly-once is left. */
  public Mode mode() {
    return mode;
  }

  /** What clients and serdes need. */
  public Map<String, Object> clientConfig() {
    return Map.of(
        "bootstrap.servers", kafka.bootstrapServers(),
        "schema.registry.url", registry.server().url());
  }

  /** The database, with nothing in between. */
  public String jdbcUrl() {
    return database.server().jdbcUrl();
  }

  /**
   * What any worker that answers says of the sink.
   *
   * @throws UserException if none answers
   */
  public ConnectorStatus sinkStatus() {
    UserException last = new UserException("There is no Connect worker");
    for (Member<ConnectWorker> worker : workers) {
      if (!worker.isHeld() && worker.process().alive()) {
        try {
          return worker.server().status(SINK);
        } catch (UserException e) {
          last = e;
        }
      }
    }
    throw last;
  }

  /**
   * Starts tasks of the sink again that have failed, as an operator would, and notes why they had.
   */
  public synchronized void tendSink() {
    try {
      if (noteFailures()) {
        startAgain();
      }
    } catch (UserException rebalancing) {
      // It answers again when the group has settled.
    }
  }

  /**
   * Failures of the sink's tasks with this text in them are as they should be, from now on: a fault
   * brings them about, and starts the tasks again when it has mended their cause.
   */
  public void expectFailure(String text) {
    expectedFailures.add(text);
  }

  /** Whether anything has failed that no fault was to bring about; it is noted. */
  private boolean noteFailures() {
    List<String> unexpected =
        sinkStatus().failures().stream()
            .filter(trace -> expectedFailures.stream().noneMatch(trace::contains))
            .toList();
    unexpected.forEach(trace -> failedTasks.add(firstLine(trace)));
    return !unexpected.isEmpty();
  }

  /**
   * Starts the sink's failed tasks again, those with an expected failure; others are noted.
   *
   * @throws UserException if a worker refuses to
   */
  public synchronized void restartFailedTasks() {
    noteFailures();
    startAgain();
  }

  private void startAgain() {
    workers.stream()
        .filter(worker -> !worker.isHeld() && worker.process().alive())
        .findFirst()
        .ifPresent(worker -> worker.server().restartFailedTasks(SINK));
  }

  private static String firstLine(String trace) {
    return trace.lines().findFirst().orElse("no trace");
  }

  /** Why tasks of the sink had failed that Connect would never have started again. */
  public List<String> failedTasks() {
    return List.copyOf(failedTasks);
  }

  /** What happened that no fault had done: processes that ended by themselves. */
  public List<String> observations() {
    return List.copyOf(observations);
  }

  private static <T> CompletableFuture<T> inBackground(Supplier<T> action) {
    return CompletableFuture.supplyAsync(action, run -> new Thread(run, "start").start());
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Ends every process: jobs and workers at once, then what they need. */
  @Override
  public void close() {
    if (supervisor != null) {
      supervisor.close();
    }
    Stream.<Member<?>>concat(jobs.stream(), workers.stream())
        .parallel()
        .map(Member::server)
        .forEach(LocalServer::close);
    if (registry != null) {
      registry.server().close();
    }
    if (database != null) {
      database.server().close();
    }
    if (kafka != null) {
      kafka.close();
    }
    if (lines != null) {
      lines.close();
    }
    lock.close();
  }
}
