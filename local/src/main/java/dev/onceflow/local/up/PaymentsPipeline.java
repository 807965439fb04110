package dev.onceflow.local.up;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.Distribution;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.job.StreamsJob;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FolderLock;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import dev.onceflow.local.registry.RegistryServer;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.topology.PaymentsTopology;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;

/**
 * The payments pipeline on this machine: every server a child process, so that each can be killed
 * and started again alone. All data lives in one folder, which one pipeline at a time may use.
 *
 * <p>Servers are started by one thread; {@link #close} may come from another at any time, stops
 * what has been started in reverse order, and lets nothing start after it.
 */
public final class PaymentsPipeline implements AutoCloseable {
  /** The job's application ID. */
  public static final String APPLICATION_ID = "payments-job";

  /** The sink's name in the fence table, and the connector's name. */
  public static final String SINK = "payments-sink";

  private static final int PARTITIONS = 4;
  private static final int STREAM_THREADS = 2;
  private static final int SINK_TASKS = 2;
  private static final Duration SINK_START_LIMIT = Duration.ofSeconds(60);

  private final Path folder;
  private final Ports ports;
  private final FolderLock lock;
  private final Deque<LocalServer> started = new ArrayDeque<>();
  private boolean closed;
  private KafkaServer kafka;
  private PostgresServer postgres;
  private RegistryServer registry;
  private ConnectWorker worker;
  private StreamsJob job;

  /**
   * The ports to listen on; {@link FreePort#ANY} lets one be chosen.
   *
   * @param kafka the broker's
   * @param postgres the database's
   * @param registry the schema registry's
   * @param connect the Connect worker's REST interface
   */
  public record Ports(int kafka, int postgres, int registry, int connect) {
    /** All of them chosen. */
    public static final Ports ANY =
        new Ports(FreePort.ANY, FreePort.ANY, FreePort.ANY, FreePort.ANY);
  }

  /**
   * Takes the folder; starts nothing yet.
   *
   * @throws UserException if another pipeline uses the folder
   */
  public PaymentsPipeline(Path folder, Ports ports) {
    this.folder = folder.toAbsolutePath();
    this.ports = ports;
    lock = FolderLock.of(this.folder);
  }

  /** Starts what holds data, with topics and tables; returns when all of it serves. */
  public void startServers() {
    CompletableFuture<Void> database = inBackground(this::startPostgres);
    CompletableFuture<Void> schemas =
        inBackground(
            () -> registry = start(() -> RegistryServer.start(in("registry"), ports.registry)));
    kafka = start(() -> KafkaServer.start(in("kafka"), ports.kafka));
    kafka.createTopics(Topics.ALL, PARTITIONS);
    await(schemas);
    await(database);
  }

  /** Starts the job, and Connect with the sink, side by side; returns when both work. */
  public void startProcessing() {
    CompletableFuture<Void> starting = inBackground(this::startJob);
    startWorker();
    registerSink(Map.of());
    await(starting);
  }

  /** Starts the Streams job; returns when its instance has its partitions. */
  public void startJob() {
    startJob(Map.of(), List.of());
  }

  /**
   * The same, with other settings.
   *
   * @param changes settings in place of, or beside, those of the reference pipeline
   * @param moreJars jars that these settings need
   */
  public void startJob(Map<String, String> changes, List<Path> moreJars) {
    Path config = in("job").resolve("job.properties");
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "application.id", APPLICATION_ID,
                "bootstrap.servers", kafka.bootstrapServers(),
                "schema.registry.url", registry.url(),
                "state.dir", in("job").resolve("state").toString(),
                "num.stream.threads", Integer.toString(STREAM_THREADS),
                // payments is kept for ever here, so its event IDs are remembered for ever.
                "dedupe.horizon.ms", "-1",
                // The folder is a temporary one unless --data names another.
                "preflight.accept", "state.dir"));
    settings.putAll(changes);
    write(config, settings);
    job =
        start(
            () ->
                StreamsJob.start(
                    in("job"), PaymentsTopology.NAME, config, moreJars, this::jobRuns));
  }

  private boolean jobRuns() throws Exception {
    try (Admin admin = Admin.create(clientConfig())) {
      ConsumerGroupDescription group =
          admin
              .describeConsumerGroups(List.of(APPLICATION_ID))
              .describedGroups()
              .get(APPLICATION_ID)
              .get();
      return group.groupState() == GroupState.STABLE && !group.members().isEmpty();
    }
  }

  private static void write(Path file, Map<String, String> settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    try {
      Files.createDirectories(file.getParent());
      try (Writer writer = Files.newBufferedWriter(file)) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UserException(file + " can't be written: " + e.getMessage(), e);
    }
  }

  /**
   * Starts the Connect worker with the plugins that ship; returns when it answers.
   *
   * @param morePlugins folders of further plugins
   */
  public void startWorker(Path... morePlugins) {
    List<Path> plugins = new ArrayList<>(List.of(Distribution.located().sinkPlugin()));
    plugins.addAll(List.of(morePlugins));
    worker =
        start(
            () ->
                ConnectWorker.start(
                    in("connect"), ports.connect, kafka.bootstrapServers(), plugins));
  }

  /**
   * Registers the sink connector, or changes it; returns when it and its tasks run.
   *
   * @param changes settings in place of those of the reference pipeline
   */
  public void registerSink(Map<String, String> changes) {
    Map<String, String> config =
        SinkConfig.of(kafka.bootstrapServers(), postgres.jdbcUrl(), SINK_TASKS);
    // The sink decodes the values itself: faster than a converter.
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("avro.registry.url", registry.url());
    config.putAll(changes);
    worker.putConnector(SINK, config);
    worker.awaitRunning(SINK, SINK_START_LIMIT);
  }

  /** Sends a generated sample to {@code payments}; returns when all of it is acknowledged. */
  public void loadSample(long events, long seed) {
    flow().loadSample(events, seed, in("rejects.csv"));
  }

  /**
   * Waits until the job has read and committed all that its inputs hold.
   *
   * @throws UserException if that takes longer than {@code limit}
   */
  public void awaitJobDrained(Duration limit) throws InterruptedException {
    flow().awaitJobDrained(limit, this::checkAlive);
  }

  /**
   * Waits until every committed record has gone the whole way into the tables.
   *
   * @throws UserException if that takes longer than {@code limit}
   */
  public void awaitDrained(Duration limit) throws InterruptedException {
    flow().awaitDrained(limit, this::checkAlive);
  }

  /**
   * Notices that a server has ended by itself.
   *
   * @throws UserException if one has, with the end of its log
   */
  public void checkAlive() {
    synchronized (started) {
      for (LocalServer server : started) {
        ChildProcess process = server.process();
        if (!closed && !process.alive()) {
          throw new UserException(
              "%s has ended with exit code %s; its log is %s"
                  .formatted(process.name(), process.exitCode().orElse(-1), process.log()));
        }
      }
    }
  }

  /** Whether topics and tables agree, by event ID and content, and the books balance. */
  public boolean topicsAndTablesAgree() {
    return flow().topicsAndTablesAgree();
  }

  /** What goes through this pipeline. */
  PaymentsFlow flow() {
    return new PaymentsFlow(clientConfig(), postgres.jdbcUrl());
  }

  /** What Kafka clients and serdes need to reach this pipeline. */
  public Map<String, Object> clientConfig() {
    return Map.of(
        "bootstrap.servers", kafka.bootstrapServers(), "schema.registry.url", registry.url());
  }

  /** Kafka. */
  public KafkaServer kafka() {
    return kafka;
  }

  /** PostgreSQL. */
  public PostgresServer postgres() {
    return postgres;
  }

  /** The schema registry. */
  public RegistryServer registry() {
    return registry;
  }

  /** The Connect worker. */
  public ConnectWorker worker() {
    return worker;
  }

  /** The Streams job. */
  public StreamsJob job() {
    return job;
  }

  private void startPostgres() {
    postgres = start(() -> PostgresServer.start(in("postgres"), ports.postgres));
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(SinkConfig.tables());
    } catch (SQLException e) {
      throw new UserException("The target tables can't be made: " + e.getMessage(), e);
    }
  }

  private Path in(String name) {
    return folder.resolve(name);
  }

  private <S extends LocalServer> S start(Supplier<S> starter) {
    synchronized (started) {
      if (closed) {
        throw new UserException("Stopped before everything had started.");
      }
    }
    S server = starter.get();
    synchronized (started) {
      if (closed) {
        server.close();
      }
      started.push(server);
    }
    return server;
  }

  private static CompletableFuture<Void> inBackground(Runnable action) {
    return CompletableFuture.runAsync(action, command -> new Thread(command, "start").start());
  }

  private static void await(CompletableFuture<Void> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Stops everything in reverse order of its start. */
  @Override
  public void close() {
    Deque<LocalServer> stopping;
    synchronized (started) {
      if (closed) {
        return;
      }
      closed = true;
      stopping = new ArrayDeque<>(started);
    }
    stopping.forEach(LocalServer::close);
    lock.close();
  }
}
