package dev.onceflow.verification.nemesis;

import dev.onceflow.local.postgres.LaggingReplica;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;

/**
 * The database loses effects that it had committed: restored from a backup, or its lagging replica
 * promoted. Bitten: the fence stands behind where it stood, so that the sink must go back and make
 * the lost effects again.
 */
final class DatabaseWentBack implements FaultKind {
  private static final long OFFSETS_MIN = 300;
  private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(60);
  private static final AtomicInteger COPIES = new AtomicInteger();

  /** How it comes to that. */
  private enum How {
    RESTORED("database-restored", 39),
    FAILED_OVER("database-failed-over", 45);

    private final String kind;
    private final int number;

    How(String kind, int number) {
      this.kind = kind;
      this.number = number;
    }
  }

  private final How how;

  private DatabaseWentBack(How how) {
    this.how = how;
  }

  static FaultKind restored() {
    return new DatabaseWentBack(How.RESTORED);
  }

  static FaultKind failedOver() {
    return new DatabaseWentBack(How.FAILED_OVER);
  }

  @Override
  public String name() {
    return how.kind;
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return how.number;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> victim = Victims.held(List.of(cluster.database()), random);
    Path copy = cluster.folder("postgres-copy-" + COPIES.incrementAndGet());
    try {
      return how == How.RESTORED
          ? restore(victim, copy, cluster, flow)
          : failOver(victim, copy, cluster, flow);
    } catch (IOException | SQLException e) {
      victim.release();
      throw new NothingToStrike("no copy of the database could be made: " + e);
    }
  }

  private static Struck restore(
      Member<PostgresServer> victim, Path copy, Cluster cluster, Flow flow) {
    victim.stop();
    victim.server().backUp(copy);
    victim.server().restart();
    Map<TopicPartition, Long> then = progressed(victim, flow);
    victim.stop();
    Instant startedAt = Instant.now();
    victim.server().restore(copy);
    return back(victim, startedAt, then, cluster, flow, () -> victim.server().restart());
  }

  private static Struck failOver(
      Member<PostgresServer> victim, Path copy, Cluster cluster, Flow flow)
      throws IOException, SQLException {
    LaggingReplica replica = LaggingReplica.of(victim.server(), copy);
    replica.catchUpAndFallBehind(victim.server());
    Map<TopicPartition, Long> then = progressed(victim, flow);
    victim.kill();
    Instant startedAt = Instant.now();
    return back(
        victim, startedAt, then, cluster, flow, () -> cluster.failOverTo(replica.promoted()));
  }

  /** Waits until effects stand that the copy doesn't have; what the fence says then. */
  private static Map<TopicPartition, Long> progressed(Member<PostgresServer> victim, Flow flow) {
    Optional<Map<TopicPartition, Long>> first = flow.sinkPositions();
    boolean moved =
        Waiting.until(
            PROGRESS_LIMIT,
            () ->
                first.isPresent()
                    && flow.sinkPositions()
                        .filter(now -> Flow.lag(now, first.get()) > OFFSETS_MIN)
                        .isPresent());
    if (!moved) {
      victim.release();
      throw new NothingToStrike("the sink wrote nothing that could be lost");
    }
    return flow.sinkPositions().orElseThrow();
  }

  private static Struck back(
      Member<PostgresServer> victim,
      Instant startedAt,
      Map<TopicPartition, Long> then,
      Cluster cluster,
      Flow flow,
      Runnable serve) {
    // Before anybody can write: the sink's line leads nowhere until it is restored.
    cluster.lines().sinkToDatabase().goDown();
    serve.run();
    long lost = flow.sinkPositions().map(now -> Flow.lag(then, now)).orElse(0L);
    return new Blow(victim.name(), startedAt) {
      @Override
      public Bite bite() {
        return lost > 0
            ? Bite.seen("%d offsets that were done in it are not any more".formatted(lost))
            : Bite.none("it lost nothing");
      }

      @Override
      void lift() {
        cluster.lines().sinkToDatabase().restore();
        cluster.database().release();
        victim.release();
      }
    };
  }
}
