package dev.onceflow.verification.nemesis;

import dev.onceflow.cli.UserException;
import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The database is restarted with {@code fsync=off}, and put right and the sink's tasks started
 * again, as an operator would. Bitten: the sink refused to write, and said why.
 */
final class DatabaseWithoutFsync implements FaultKind {
  private static final String REFUSAL = "fsync: off; needed: on";
  private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "database-without-fsync";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 65;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> victim = Victims.held(List.of(cluster.database()), random);
    Instant startedAt = Instant.now();
    cluster.expectFailure(REFUSAL);
    restart(victim, Map.of("fsync", "off"));
    AtomicReference<Optional<String>> said = new AtomicReference<>(Optional.empty());
    Waiting.until(
        REFUSAL_LIMIT,
        () -> {
          said.set(refusal(cluster));
          return said.get().isPresent();
        });
    return new Blow(victim.name(), startedAt) {
      @Override
      public Bite bite() {
        return said.get()
            .map(line -> Bite.seen("the sink refused: " + line))
            .orElse(Bite.none("no task of the sink refused"));
      }

      @Override
      void lift() {
        restart(victim, Map.of());
        victim.release();
      }

      @Override
      public boolean recovered() {
        // The operator's part: a refusal stays until somebody who has mended its cause says so.
        if (refusal(cluster).isPresent()) {
          cluster.restartFailedTasks();
          return false;
        }
        return true;
      }
    };
  }

  private static void restart(Member<PostgresServer> database, Map<String, String> changes) {
    database.stop();
    database.server().change(changes);
    database.server().restart();
  }

  private static Optional<String> refusal(Cluster cluster) {
    try {
      return cluster
          .sinkStatus()
          .failure()
          .flatMap(
              trace ->
                  trace.lines().map(String::strip).filter(l -> l.contains(REFUSAL)).findFirst());
    } catch (UserException rebalancing) {
      return Optional.empty();
    }
  }
}
