package dev.onceflow.verification.cluster;

import dev.onceflow.local.kafka.KafkaCluster;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.local.proxy.KafkaProxy;
import dev.onceflow.local.proxy.Line;
import dev.onceflow.local.proxy.PostgresProxy;
import dev.onceflow.local.proxy.TcpProxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines between the processes, each through a proxy: clients to each broker, brokers to each
 * broker, the sink to its database, jobs and sink to the registry. Controllers speak directly.
 */
public final class Lines implements AutoCloseable {
  private final List<KafkaCluster.Ports> brokerPorts = new ArrayList<>();
  private final List<KafkaProxy> clientsToBrokers = new ArrayList<>();
  private final List<KafkaProxy> brokersToBrokers = new ArrayList<>();
  private PostgresProxy sinkToDatabase;
  private TcpProxy toRegistry;
  private String registryPath;

  /** Lines to brokers, which start later. */
  Lines(int brokers) {
    for (int i = 0; i < brokers; i++) {
      int clients = FreePort.orGiven(FreePort.ANY);
      int others = FreePort.orGiven(FreePort.ANY);
      KafkaProxy fromClients = KafkaProxy.start(FreePort.ANY, clients);
      KafkaProxy fromBrokers = KafkaProxy.start(FreePort.ANY, others);
      clientsToBrokers.add(fromClients);
      brokersToBrokers.add(fromBrokers);
      brokerPorts.add(
          new KafkaCluster.Ports(clients, fromClients.port(), others, fromBrokers.port()));
    }
  }

  /** Lines to the servers, which have started. */
  void toServers(int databasePort, URI registry) {
    sinkToDatabase = PostgresProxy.start(databasePort);
    toRegistry = TcpProxy.start(registry.getPort());
    registryPath = registry.getPath();
  }

  /** What the brokers listen on, and what they advertise. */
  List<KafkaCluster.Ports> brokerPorts() {
    return List.copyOf(brokerPorts);
  }

  /** Where jobs and sink find the registry. */
  String registryUrl() {
    return "http://127.0.0.1:" + toRegistry.port() + registryPath;
  }

  /** From all clients to each broker, in the order of the brokers. */
  public List<KafkaProxy> clientsToBrokers() {
    return List.copyOf(clientsToBrokers);
  }

  /** From the sink's tasks to their database. */
  public PostgresProxy sinkToDatabase() {
    return sinkToDatabase;
  }

  /**
   * All of them by name: {@code clients-broker-1}, {@code brokers-broker-1}, {@code sink-database},
   * {@code registry}.
   */
  public Map<String, Line> byName() {
    Map<String, Line> all = new LinkedHashMap<>();
    for (int i = 0; i < clientsToBrokers.size(); i++) {
      all.put("clients-broker-" + (i + 1), clientsToBrokers.get(i));
      all.put("brokers-broker-" + (i + 1), brokersToBrokers.get(i));
    }
    all.put("sink-database", sinkToDatabase);
    all.put("registry", toRegistry);
    return all;
  }

  @Override
  public void close() {
    clientsToBrokers.forEach(Line::close);
    brokersToBrokers.forEach(Line::close);
    if (sinkToDatabase != null) {
      sinkToDatabase.close();
      toRegistry.close();
    }
  }
}
