package dev.onceflow.verification.nemesis;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.connect.ConnectWorker;
import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.local.proxy.Fault;
import dev.onceflow.local.proxy.Strike;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.JobProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** The kinds of faults there are, by their names. */
public final class Faults {
  /** The word for all of them. */
  public static final String ALL_KINDS = "all";

  private static final Duration A_WHILE = Duration.ofSeconds(15);
  private static final String BROKERS = "clients-broker-";
  private static final String SINK = "sink-database";

  private static final List<FaultKind> PROCESSES =
      List.of(
          new JobKilled(),
          JobPaused.pastSession(),
          JobPaused.pastTransaction(),
          new JobStoppedInRebalance(),
          new JobKilledBeforeEndTxn(),
          new JobStateDeleted(),
          new JobStateCorrupted(),
          new JobBesideItself(),
          new JobOutOfMemory(),
          new JobDiskFull(),
          new JobClockJumped());

  private static final List<FaultKind> BROKER =
      List.of(
          BrokerKilled.transactionCoordinator(),
          BrokerKilled.groupCoordinator(),
          BrokerKilled.any(),
          new Restarted<KafkaServer>(
              "brokers-rolled",
              "broker",
              14,
              Cluster::brokers,
              server -> {},
              (member, cluster, flow) -> Brokers.allInSync(cluster, flow)),
          new BrokersKilled("replicas-lost", 15, 1),
          new BrokersKilled("brokers-killed", 17, 0),
          new DiskFull<KafkaServer>(
              "broker-disk-full", "broker", 63, Cluster::brokers, KafkaServer::data));

  private static final List<FaultKind> WIRE =
      List.of(
          new RequestStruck("end-txn-answer-lost", 3, ApiKeys.END_TXN, Strike.ANSWER_LOST, 1),
          new RequestStruck("end-txn-lost", 18, ApiKeys.END_TXN, Strike.REQUEST_LOST, 1),
          new RequestStruck("produce-answer-lost", 19, ApiKeys.PRODUCE, Strike.ANSWER_LOST, 3),
          new RequestStruck(
              "txn-offset-commit-refused",
              20,
              ApiKeys.TXN_OFFSET_COMMIT,
              Strike.errorAnswer(Errors.COORDINATOR_LOAD_IN_PROGRESS),
              3),
          new JobStartRefused(
              "init-producer-id-refused",
              21,
              ApiKeys.INIT_PRODUCER_ID,
              List.of(Errors.CONCURRENT_TRANSACTIONS, Errors.COORDINATOR_LOAD_IN_PROGRESS)),
          new JobStartRefused(
              "find-coordinator-refused",
              67,
              ApiKeys.FIND_COORDINATOR,
              List.of(Errors.COORDINATOR_NOT_AVAILABLE)),
          new LineStruck("brokers-slow", 16, BROKERS, LineStruck.Effect.DELAYED, A_WHILE),
          new LineStruck("brokers-unheard", 22, BROKERS, LineStruck.Effect.BLACK_HOLE, A_WHILE),
          new LineStruck("brokers-cut", 23, BROKERS, LineStruck.Effect.CUT, Duration.ZERO),
          new CommitStruck("commit-answer-lost", 36, Fault.COMMIT_ANSWER_LOST),
          new CommitStruck("commit-lost", 46, Fault.COMMIT_REQUEST_LOST),
          new CommitStruck("commit-stuck", 47, Fault.COMMIT_REQUEST_STUCK),
          new LineStruck("database-unheard", 49, SINK, LineStruck.Effect.BLACK_HOLE, A_WHILE),
          new LineStruck("database-half-open", 50, SINK, LineStruck.Effect.HALF_OPEN, A_WHILE),
          new LineStruck("database-slow", 51, SINK, LineStruck.Effect.THROTTLED, A_WHILE),
          RegistryAway.killed(),
          RegistryAway.unheard());

  private static final List<FaultKind> GROUP =
      List.of(
          new JobsScaled(),
          new StandbyPromoted(),
          new Restarted<JobProcess>(
              "jobs-rolled",
              "group",
              25,
              Cluster::jobs,
              JobProcess::changeCommitInterval,
              (member, cluster, flow) -> Jobs.partitionsOf(member, flow).isPresent()));

  private static final List<FaultKind> SINKS =
      List.of(
          new WorkerKilled(),
          new WorkerPaused(),
          new Restarted<ConnectWorker>(
              "workers-rolled",
              "sink",
              44,
              Cluster::workers,
              server -> {},
              (member, cluster, flow) -> SinkTasks.partitionsOn(member, cluster, flow).isPresent()),
          new DatabaseKilled(),
          new Restarted<PostgresServer>(
              "database-restarted",
              "sink",
              48,
              cluster -> List.of(cluster.database()),
              server -> {},
              (member, cluster, flow) -> flow.sinkPositions().isPresent()),
          DatabaseWentBack.restored(),
          DatabaseWentBack.failedOver(),
          new DatabaseBackendKilled(),
          new DatabaseDeadlock(),
          new DatabaseLocked(),
          new DatabaseWithoutFsync(),
          new DiskFull<PostgresServer>(
              "database-disk-full",
              "sink",
              62,
              cluster -> List.of(cluster.database()),
              PostgresServer::data),
          ReplayBeside.running(),
          ReplayBeside.killed());

  private static final List<FaultKind> ALL =
      Stream.of(PROCESSES, BROKER, WIRE, GROUP, SINKS).flatMap(List::stream).toList();

  private Faults() {}

  /** All kinds. */
  public static List<FaultKind> all() {
    return ALL;
  }

  /** Whether a kind must leave records of aborted transactions where it bites. */
  public static boolean abortsTransactions(String name) {
    return ALL.stream().anyMatch(kind -> kind.name().equals(name) && kind.abortsTransactions());
  }

  /**
   * Those that a list names.
   *
   * @param names or {@value #ALL_KINDS}
   * @throws UserException if there is no fault of a name
   */
  public static List<FaultKind> named(List<String> names) {
    if (names.equals(List.of(ALL_KINDS))) {
      return ALL;
    }
    List<FaultKind> found = new ArrayList<>();
    for (String name : names) {
      found.add(
          ALL.stream()
              .filter(kind -> kind.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UserException(
                          "There is no fault %s. There are: %s"
                              .formatted(
                                  name,
                                  ALL.stream()
                                      .map(FaultKind::name)
                                      .sorted()
                                      .collect(Collectors.joining(", "))))));
    }
    return List.copyOf(found);
  }
}
