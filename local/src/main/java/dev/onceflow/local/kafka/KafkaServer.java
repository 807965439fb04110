package dev.onceflow.local.kafka;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.process.ChildJvm;
import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import dev.onceflow.schemas.topic.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Apache Kafka on this machine: a KRaft node, broker and controller, in a child JVM, listening on
 * loopback only; alone, or one of a {@link KafkaCluster}. Transactions have version 2 (KIP-890),
 * which is checked at every start.
 *
 * <p>What was acknowledged survives SIGKILL of the node, because it is in the operating system's
 * page cache; on one node it need not survive a power cut.
 */
public final class KafkaServer implements LocalServer {
  static final String TRANSACTION_VERSION = "transaction.version";
  static final short TRANSACTION_VERSION_NEEDED = 2;

  static final String NODE_ID = "node.id";

  static final String HOST = "127.0.0.1";
  private static final String FIRST_ID = "1";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int ADMIN_TIMEOUT_MS = 15_000;
  private static final int CONNECT_TIMEOUT_MS = 250;

  /** Enough for a few million small records a minute; the page cache does the rest. */
  private static final List<String> JVM_FLAGS =
      List.of("-Xms64m", "-Xmx256m", "-XX:MaxDirectMemorySize=128m", "-Xss512k");

  private final String name;
  private final Path folder;
  private final int port;
  private final String clusterId;
  private final Map<String, String> changes;
  private volatile ChildProcess process;

  private KafkaServer(
      String name, Path folder, int port, String clusterId, Map<String, String> changes) {
    this.name = name;
    this.folder = folder.toAbsolutePath();
    this.port = port;
    this.clusterId = clusterId;
    this.changes = Map.copyOf(changes);
  }

  /**
   * Starts a node, formatting its folder on first use; returns when it serves.
   *
   * @param folder where its data and log are
   * @param port the broker's port, or {@link FreePort#ANY}
   * @throws UserException if it doesn't start
   */
  public static KafkaServer start(Path folder, int port) {
    return start(folder, port, Map.of());
  }

  /**
   * The same, with other broker settings.
   *
   * @param changes settings in place of, or beside, those of this node
   */
  public static KafkaServer start(Path folder, int port, Map<String, String> changes) {
    KafkaServer server =
        new KafkaServer(
            "kafka", folder, FreePort.orGiven(port), Uuid.randomUuid().toString(), changes);
    server.restart();
    return server;
  }

  /** A node of a cluster, not started: alone it may have to wait for the others. */
  static KafkaServer node(
      String name, Path folder, int port, String clusterId, Map<String, String> changes) {
    return new KafkaServer(name, folder, port, clusterId, changes);
  }

  @Override
  public synchronized void restart() {
    if (process != null && process.alive()) {
      throw new IllegalStateException(name + " runs as process " + process.pid());
    }
    try {
      process = ChildProcess.start(node().command());
    } catch (IOException e) {
      throw new UserException("Kafka's folder %s can't be written: %s".formatted(folder, e), e);
    }
    process.awaitReady(this::serves, START_LIMIT);
  }

  private ChildJvm node() throws IOException {
    Path logs = data();
    Path properties = folder.resolve("server.properties");
    Files.createDirectories(folder);
    Files.writeString(
        properties,
        changed(properties(logs)).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\"))
            .sorted()
            .collect(Collectors.joining("\n", "", "\n")));
    return new ChildJvm(
        name,
        KafkaNode.class.getName(),
        List.of(properties.toString(), logs.toString(), clusterId),
        JVM_FLAGS,
        ChildJvm.ownClassPath(),
        folder);
  }

  private Map<String, String> changed(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.putAll(changes);
    return all;
  }

  private Map<String, String> properties(Path logs) {
    // The quorum's only voter is configured, not kept in the metadata log, so the controller may
    // have another port at every start.
    int controllerPort = FreePort.orGiven(FreePort.ANY);
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry(NODE_ID, FIRST_ID),
        Map.entry("controller.quorum.voters", "1@" + HOST + ":" + controllerPort),
        Map.entry(
            "listeners",
            "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort)),
        Map.entry("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("log.dirs", logs.toString()),
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("default.replication.factor", "1"),
        Map.entry("min.insync.replicas", "1"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.num.partitions", "4"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // Members that were killed are noticed in seconds; see the worker's own session timeout.
        Map.entry("group.min.session.timeout.ms", "1000"),
        // A node that was killed may register again once its old session is over.
        Map.entry("broker.heartbeat.interval.ms", "400"),
        Map.entry("broker.session.timeout.ms", "2000"),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "4"),
        // The default buffer, 128 MB, would be half of the heap.
        Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
        // Smaller segments than 1 GB, so that compaction and deletion have something to do.
        Map.entry("log.segment.bytes", "268435456"));
  }

  // First by hand, because an Admin client warns about every connection that is refused.
  private boolean serves() throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
    }
    try (Admin admin = admin()) {
      // Until its broker is unfenced, the others don't name it.
      if (admin.describeCluster().nodes().get().stream().noneMatch(node -> node.id() == id())) {
        return false;
      }
      Optional<Short> level =
          Optional.ofNullable(
                  admin
                      .describeFeatures()
                      .featureMetadata()
                      .get()
                      .finalizedFeatures()
                      .get(TRANSACTION_VERSION))
              .map(FinalizedVersionRange::maxVersionLevel);
      if (level.isEmpty() || level.get() < TRANSACTION_VERSION_NEEDED) {
        throw new UserException(
            "Kafka on %s has %s %s, and Onceflow needs %d. Start on an empty folder, or upgrade this one with kafka-features."
                .formatted(
                    folder,
                    TRANSACTION_VERSION,
                    level.map(Object::toString).orElse("0"),
                    TRANSACTION_VERSION_NEEDED));
      }
      return true;
    }
  }

  /**
   * Creates topics where they are missing; those that are there stay as they are.
   *
   * @throws UserException if one can't be created
   */
  public void createTopics(List<Topic> topics, int partitions) {
    // As many replicas as the broker's default says: one here, three in a cluster of three.
    List<NewTopic> wanted =
        topics.stream()
            .map(
                topic ->
                    new NewTopic(topic.name(), Optional.of(partitions), Optional.empty())
                        .configs(topic.settings()))
            .toList();
    try (Admin admin = admin()) {
      CreateTopicsResult created = admin.createTopics(wanted);
      for (Map.Entry<String, KafkaFuture<Void>> topic : created.values().entrySet()) {
        awaitCreated(topic.getKey(), topic.getValue());
      }
    }
  }

  private static void awaitCreated(String topic, KafkaFuture<Void> created) {
    try {
      created.get(ADMIN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new UserException(
            "Topic %s can't be created: %s".formatted(topic, e.getCause().getMessage()), e);
      }
    } catch (TimeoutException e) {
      throw new UserException(
          "Topic %s was not created within %d ms".formatted(topic, ADMIN_TIMEOUT_MS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while creating topic " + topic, e);
    }
  }

  /** Where its logs of records are. */
  public Path data() {
    return folder.resolve("data");
  }

  /** Its {@code node.id}. */
  public int id() {
    return Integer.parseInt(changes.getOrDefault(NODE_ID, FIRST_ID));
  }

  /** What clients give as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  @Override
  public ChildProcess process() {
    return process;
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
            ADMIN_TIMEOUT_MS,
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
            ADMIN_TIMEOUT_MS));
  }
}
