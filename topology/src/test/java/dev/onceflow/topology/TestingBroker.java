package dev.onceflow.topology;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/** One or more real brokers in processes of their own, on loopback, for tests of this module. */
final class TestingBroker {
  private final List<Process> processes = new ArrayList<>();
  private final String address;

  TestingBroker(Path dir) throws IOException, InterruptedException {
    this(dir, 1);
  }

  /** The first node is the controller, too. */
  TestingBroker(Path dir, int nodes) throws IOException, InterruptedException {
    int controllerPort = freePort();
    String cluster = Uuid.randomUuid().toString();
    List<String> addresses = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      addresses.add("127.0.0.1:" + freePort());
      start(
          Files.createDirectory(dir.resolve("node-" + node)),
          node,
          addresses.get(node - 1),
          controllerPort,
          cluster);
    }
    address = addresses.get(0);
    try (Admin admin = admin()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).size() == nodes);
    }
  }

  private void start(Path dir, int node, String address, int controllerPort, String cluster)
      throws IOException, InterruptedException {
    boolean controls = node == 1;
    String controller = "127.0.0.1:" + controllerPort;
    Path settings = dir.resolve("server.properties");
    Files.writeString(
        settings,
        String.join(
            "\n",
            "process.roles=" + (controls ? "broker,controller" : "broker"),
            "node.id=" + node,
            "listeners=PLAINTEXT://" + address + (controls ? ",CONTROLLER://" + controller : ""),
            "advertised.listeners=PLAINTEXT://" + address,
            "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.bootstrap.servers=" + controller,
            "log.dirs=" + dir.resolve("logs"),
            "auto.create.topics.enable=false",
            // Everybody may do everything, but with topics for which a test makes an access list.
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found=true",
            "group.initial.rebalance.delay.ms=0",
            // As low as that of other groups: a test waits until a killed instance is missed.
            "group.streams.min.session.timeout.ms=6000",
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=4",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "transaction.state.log.num.partitions=4",
            "share.coordinator.state.topic.replication.factor=1",
            "share.coordinator.state.topic.min.isr=1"));
    List<String> format = new ArrayList<>(List.of("format", "-t", cluster));
    format.add(controls ? "--standalone" : "--no-initial-controllers");
    format.addAll(List.of("-c", settings.toString()));
    Process formatted = java(dir, "kafka.tools.StorageTool", format.toArray(String[]::new));
    if (!formatted.waitFor(60, TimeUnit.SECONDS) || formatted.exitValue() != 0) {
      throw new IOException("the broker's disk was not formatted: " + Files.readString(log(dir)));
    }
    processes.add(java(dir, "kafka.Kafka", settings.toString()));
  }

  String address() {
    return address;
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address));
  }

  private static Process java(Path dir, String mainClass, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(dir).toFile()))
        .start();
  }

  private static Path log(Path dir) {
    return dir.resolve("broker.log");
  }

  // Below those that systems give to clients: one of another fork's tests could take it before the
  // broker does, which formats its disk first.
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException taken) {
        // The next one.
      }
    }
    throw new IOException("100 ports between 20000 and 32000 are taken");
  }

  void close() throws InterruptedException {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }
}
