package dev.onceflow.local.kafka;

import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.process.LocalServer;
import dev.onceflow.schemas.topic.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * Several Kafka nodes on this machine, each a broker and a controller in a process of its own that
 * can be killed, paused and restarted alone. With three, everything has three replicas of which two
 * must have a record before it is acknowledged, so that one node may be away at any time.
 *
 * <p>Clients and the other brokers reach a broker at the ports that it advertises, which may be
 * those of proxies in front of it; the controllers speak directly. {@link #close} stops all nodes.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final int REPLICAS_MAX = 3;
  private static final String ADDRESS = KafkaServer.HOST + ":";

  private final List<KafkaServer> nodes;
  private final String bootstrapServers;

  /**
   * The ports of a node.
   *
   * @param clients where it listens for clients
   * @param clientsAdvertised where clients are told to find it
   * @param brokers where it listens for the other brokers
   * @param brokersAdvertised where these are told to find it
   */
  public record Ports(int clients, int clientsAdvertised, int brokers, int brokersAdvertised) {
    /** Free ones, with nothing in front of them. */
    public static Ports free() {
      int clients = FreePort.orGiven(FreePort.ANY);
      int brokers = FreePort.orGiven(FreePort.ANY);
      return new Ports(clients, clients, brokers, brokers);
    }
  }

  private KafkaCluster(List<KafkaServer> nodes, String bootstrapServers) {
    this.nodes = List.copyOf(nodes);
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts all nodes; returns when each serves.
   *
   * @param folder where each has a folder of its own, {@code kafka-1} and so on
   * @param ports of each node; as many as there are to be nodes
   * @param changes settings in place of, or beside, those of these nodes
   * @throws dev.onceflow.cli.UserException if one doesn't start; the others are stopped then
   */
  public static KafkaCluster start(Path folder, List<Ports> ports, Map<String, String> changes) {
    List<Integer> controllers = ports.stream().map(any -> FreePort.orGiven(FreePort.ANY)).toList();
    String clusterId = Uuid.randomUuid().toString();
    List<KafkaServer> nodes = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      String name = "kafka-" + (i + 1);
      Map<String, String> settings = new HashMap<>(settings(i, ports, controllers));
      settings.putAll(changes);
      nodes.add(
          KafkaServer.node(
              name, folder.resolve(name), ports.get(i).clients(), clusterId, settings));
    }
    String bootstrapServers =
        ports.stream()
            .map(each -> ADDRESS + each.clientsAdvertised())
            .collect(Collectors.joining(","));
    KafkaCluster cluster = new KafkaCluster(nodes, bootstrapServers);
    cluster.startAll();
    return cluster;
  }

  private static Map<String, String> settings(
      int index, List<Ports> all, List<Integer> controllers) {
    Ports ports = all.get(index);
    List<String> voters = new ArrayList<>();
    for (int i = 0; i < controllers.size(); i++) {
      voters.add((i + 1) + "@" + ADDRESS + controllers.get(i));
    }
    String replicas = Integer.toString(Math.min(REPLICAS_MAX, all.size()));
    String inSync = all.size() < REPLICAS_MAX ? "1" : "2";
    return Map.ofEntries(
        Map.entry(KafkaServer.NODE_ID, Integer.toString(index + 1)),
        Map.entry("controller.quorum.voters", String.join(",", voters)),
        Map.entry(
            "listeners",
            "PLAINTEXT://%s%d,BROKER://%s%d,CONTROLLER://%s%d"
                .formatted(
                    ADDRESS,
                    ports.clients(),
                    ADDRESS,
                    ports.brokers(),
                    ADDRESS,
                    controllers.get(index))),
        Map.entry(
            "advertised.listeners",
            "PLAINTEXT://%s%d,BROKER://%s%d"
                .formatted(ADDRESS, ports.clientsAdvertised(), ADDRESS, ports.brokersAdvertised())),
        Map.entry("inter.broker.listener.name", "BROKER"),
        Map.entry(
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("default.replication.factor", replicas),
        Map.entry("min.insync.replicas", inSync),
        Map.entry("offsets.topic.replication.factor", replicas),
        Map.entry("transaction.state.log.replication.factor", replicas),
        Map.entry("transaction.state.log.min.isr", inSync),
        Map.entry("share.coordinator.state.topic.replication.factor", replicas),
        Map.entry("share.coordinator.state.topic.min.isr", inSync));
  }

  // Together: a node that is alone has no majority of controllers, and waits.
  private void startAll() {
    List<CompletableFuture<Void>> starting =
        nodes.stream()
            .map(node -> CompletableFuture.runAsync(node::restart, KafkaCluster::inThread))
            .toList();
    try {
      CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static void inThread(Runnable start) {
    new Thread(start, "start-kafka").start();
  }

  /** The nodes; the first one has {@code node.id} 1. */
  public List<KafkaServer> nodes() {
    return nodes;
  }

  /** What clients give as {@code bootstrap.servers}: where the brokers say they are. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates topics where they are missing, with as many replicas as there are nodes, up to three.
   *
   * @throws dev.onceflow.cli.UserException if one can't be created
   */
  public void createTopics(List<Topic> topics, int partitions) {
    nodes.get(0).createTopics(topics, partitions);
  }

  /** Stops all nodes at once: one after the other, the last ones would wait for a majority. */
  @Override
  public void close() {
    nodes.parallelStream().filter(node -> node.process() != null).forEach(LocalServer::close);
  }
}
