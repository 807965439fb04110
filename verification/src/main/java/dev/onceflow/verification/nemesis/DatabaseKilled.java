package dev.onceflow.verification.nemesis;

import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * SIGKILL of PostgreSQL with all its processes while the sink is inside a database transaction.
 * Bitten: the server says at its next start that it was not shut down and recovers.
 */
final class DatabaseKilled implements FaultKind {
  private static final Duration AWAY = Duration.ofSeconds(2);
  private static final String RECOVERS = "was not properly shut down";
  private static final String SESSIONS =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + Cluster.SINK + "'";
  private static final String BUSY = SESSIONS + " AND state <> 'idle'";

  @Override
  public String name() {
    return "database-killed";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 35;
  }

  @Override
  public Duration holds() {
    return AWAY;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> victim = Victims.held(List.of(cluster.database()), random);
    long busy =
        Victims.atWork(
            victim,
            "session of the sink inside a transaction",
            () -> flow.number(BUSY).filter(count -> count > 0));
    long before = recoveries(victim);
    victim.kill();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return Bite.seen("killed under %d transactions of the sink".formatted(busy));
      }

      @Override
      public boolean recovered() {
        return recoveries(victim) > before;
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }

  private static long recoveries(Member<PostgresServer> database) {
    try {
      return Files.readString(database.process().log(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains(RECOVERS))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
