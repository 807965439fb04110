package dev.onceflow.verification.sink;

import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.proxy.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One real worker for all tests of a class; each test has topics, tables and connectors anew. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OneWorkerCase {
  static final String WEAKENED = "dev.onceflow.sink.WeakenedSinkConnector";

  private static final Duration FIRED = Duration.ofSeconds(30);

  @TempDir private static Path folder;

  private final ConnectVersion version;
  private final List<String> connectors = new ArrayList<>();
  private SinkCluster cluster;
  private ConnectWorker worker;

  OneWorkerCase(ConnectVersion version) {
    this.version = version;
  }

  @BeforeAll
  void startServers() {
    cluster = new SinkCluster(folder, version);
    worker = cluster.startWorker();
  }

  @AfterAll
  void stopServers() {
    cluster.close();
  }

  @AfterEach
  void endRuns() {
    cluster.proxy().restore();
    if (!worker.process().alive()) {
      worker.restart();
    }
    connectors.forEach(worker::deleteConnector);
    connectors.clear();
  }

  SinkCluster cluster() {
    return cluster;
  }

  ConnectWorker worker() {
    return worker;
  }

  Path folder() {
    return folder;
  }

  SinkRun run(int partitions, Map<String, String> topicConfig) throws Exception {
    SinkRun run = new SinkRun(cluster, worker, partitions, topicConfig);
    connectors.add(run.name());
    return run;
  }

  SinkRun run(int partitions) throws Exception {
    return run(partitions, Map.of());
  }

  /** One that has written already, so that the next COMMIT is a batch's. */
  SinkRun startedRun(int partitions, Map<String, String> changes) throws Exception {
    SinkRun run = run(partitions);
    run.start(changes);
    run.produce(500);
    run.awaitExactlyOnce();
    return run;
  }

  /** Sends orders into a fault; returns when it has struck. */
  void produceInto(Fault fault, SinkRun run, int orders) throws Exception {
    int before = cluster.proxy().fired(fault);
    cluster.proxy().order(fault);
    run.produce(orders);
    Awaitility.await().atMost(FIRED).until(() -> cluster.proxy().fired(fault) > before);
  }

  /** A second connector, which is deleted with the others. */
  void putConnector(String name, Map<String, String> config) {
    connectors.add(name);
    worker.putConnector(name, config);
  }
}
