package dev.onceflow.verification.nemesis;

import dev.onceflow.local.postgres.PostgresServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * SIGKILL of the one server process that works for the sink: PostgreSQL ends all others and
 * recovers, as after memory ran out. Bitten: its log says that it begins anew.
 */
final class DatabaseBackendKilled implements FaultKind {
  private static final String BEGINS_ANEW = "all server processes terminated; reinitializing";
  private static final String BUSY =
      "SELECT pid FROM pg_stat_activity WHERE state <> 'idle' AND application_name = '"
          + Cluster.SINK
          + "' LIMIT 1";

  @Override
  public String name() {
    return "database-backend-killed";
  }

  @Override
  public String group() {
    return "sink";
  }

  @Override
  public int number() {
    return 66;
  }

  @Override
  public Duration holds() {
    return Duration.ZERO;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<PostgresServer> victim = Victims.held(List.of(cluster.database()), random);
    long before = LogLines.with(BEGINS_ANEW, victim);
    long pid =
        Victims.atWork(victim, "session of the sink inside a transaction", () -> flow.number(BUSY));
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        return LogLines.with(BEGINS_ANEW, victim) > before
            ? Bite.seen("the sink's process %d was killed; all others ended with it".formatted(pid))
            : Bite.none("process %d of the sink had ended already".formatted(pid));
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }
}
