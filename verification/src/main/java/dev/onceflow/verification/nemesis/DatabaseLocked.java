package dev.onceflow.verification.nemesis;

import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Another session holds LOCK TABLE on a target table for longer than the sink waits for locks.
 * Bitten: the sink was refused by its lock timeout and tries again.
 */
final class DatabaseLocked implements FaultKind {
  private static final String LOCK_TIMEOUT = "55P03";

  @Override
  public String name() {
    return "database-locked";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 64;
  }

  /**
   * Longer than two lock timeouts of the sink (two thirds of the {@code socketTimeout} that {@link
   * Cluster} gives it).
   */
  @Override
  public Duration holds() {
    return Duration.ofSeconds(20);
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> victim = Victims.held(List.of(cluster.database()), random);
    long before = LogLines.retries(LOCK_TIMEOUT, cluster);
    Connection other = locked(cluster, victim);
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        long refused = LogLines.retries(LOCK_TIMEOUT, cluster) - before;
        return refused > 0
            ? Bite.seen(
                "the sink was refused and tried again %d times (%s)"
                    .formatted(refused, LOCK_TIMEOUT))
            : Bite.none("the sink waits for a table that another session has locked");
      }

      @Override
      void lift() {
        try {
          other.close();
        } catch (SQLException e) {
          throw new IllegalStateException("The lock on a table can't be let go", e);
        } finally {
          victim.release();
        }
      }
    };
  }

  private static Connection locked(Cluster cluster, Member<PostgresServer> victim) {
    try {
      Connection other = DriverManager.getConnection(cluster.jdbcUrl());
      other.setAutoCommit(false);
      try (Statement statement = other.createStatement()) {
        statement.execute("LOCK TABLE account_balances IN ACCESS EXCLUSIVE MODE");
        return other;
      } catch (SQLException e) {
        other.close();
        throw e;
      }
    } catch (SQLException e) {
      victim.release();
      throw new NothingToStrike("account_balances can't be locked: " + e.getMessage());
    }
  }
}
