package dev.onceflow.verification.nemesis;

import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * Another session locks rows of a table in the opposite order of the sink's: it has the upper half
 * and, once the sink waits for one of them, wants the lower half. Bitten: the database broke a
 * deadlock, and its victim is known.
 */
final class DatabaseDeadlock implements FaultKind {
  private static final Duration MEET_LIMIT = Duration.ofSeconds(20);
  private static final int TRIES = 5;

  /** A process of the server counts what it met when it is idle again. */
  private static final Duration COUNTED_LIMIT = Duration.ofSeconds(2);

  private static final String DEADLOCK_STATE = "40P01";
  private static final String DEADLOCKS =
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

  /** Whoever waits for this long looks for a deadlock, and is its victim; the sink after 1 s. */
  private static final String PATIENCE = "SET deadlock_timeout = '5s'; SET lock_timeout = '20s'";

  private static final String UPPER_HALF =
      """
      SELECT FROM account_balances
      WHERE account > (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY account)
                       FROM account_balances)
      ORDER BY account DESC FOR UPDATE""";
  private static final String ALL = "SELECT FROM account_balances ORDER BY account DESC FOR UPDATE";
  private static final String WAITING =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s' AND %d = ANY (pg_blocking_pids(pid))";

  @Override
  public String name() {
    return "database-deadlock";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 37;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> victim = Victims.held(List.of(cluster.database()), random);
    long before = flow.number(DEADLOCKS).orElse(0L);
    long retriedBefore = LogLines.retries(DEADLOCK_STATE, cluster);
    Instant startedAt = Instant.now();
    try {
      // Where the sink had nothing of the lower half yet, no circle closes.
      String ours = embrace(cluster, flow);
      for (int i = 1; i < TRIES && !broke(before, flow); i++) {
        ours = embrace(cluster, flow);
      }
      String last = ours;
      return new Blow(victim.name(), startedAt) {
        @Override
        public Bite bite() {
          long deadlocks = flow.number(DEADLOCKS).orElse(before) - before;
          long retried = LogLines.retries(DEADLOCK_STATE, cluster) - retriedBefore;
          String words =
              "%d deadlocks; after %s the sink tried again %d times; the other session %s"
                  .formatted(deadlocks, DEADLOCK_STATE, retried, last);
          return deadlocks > 0 ? Bite.seen(words) : Bite.none(words);
        }

        @Override
        void lift() {
          victim.release();
        }
      };
    } catch (SQLException e) {
      victim.release();
      throw new NothingToStrike("no locks could be taken: " + e.getMessage());
    }
  }

  private static boolean broke(long before, Flow flow) {
    return Waiting.until(
        COUNTED_LIMIT, () -> flow.number(DEADLOCKS).filter(now -> now > before).isPresent());
  }

  /** What became of the other session; none of its locks is left. */
  private static String embrace(Cluster cluster, Flow flow) throws SQLException {
    try (Connection other = DriverManager.getConnection(cluster.jdbcUrl());
        Statement statement = other.createStatement()) {
      statement.execute(PATIENCE);
      other.setAutoCommit(false);
      statement.execute(UPPER_HALF);
      int pid = pid(statement);
      boolean meets =
          Waiting.until(
              MEET_LIMIT,
              () ->
                  flow.number(WAITING.formatted(Cluster.SINK, pid)).filter(n -> n > 0).isPresent());
      if (!meets) {
        return "the sink never waited for it";
      }
      try {
        statement.execute(ALL);
        return "went on";
      } catch (SQLException e) {
        return "ended with " + e.getSQLState();
      } finally {
        other.rollback();
      }
    }
  }

  private static int pid(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }
}
