package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * SIGSTOP of a job's process in the middle of a Kafka transaction, and SIGCONT after a while: it
 * goes on as if nothing had happened, with a transaction that is no longer its own.
 */
final class JobPaused implements FaultKind {
  /** How long it stands still. */
  private enum Past {
    /** Longer than its session in the group: others have its partitions when it wakes up. */
    SESSION("job-paused-past-session", 4, Duration.ofSeconds(20)),

    /** Longer than its transaction may be open, but not than its session. */
    TRANSACTION("job-paused-past-transaction", 5, Duration.ofMillis(7_500));

    private final String kind;
    private final int number;
    private final Duration length;

    Past(String kind, int number, Duration length) {
      this.kind = kind;
      this.number = number;
      this.length = length;
    }
  }

  private static final Duration LAST_WORDS = Duration.ofMillis(400);

  private final Past past;

  private JobPaused(Past past) {
    this.past = past;
  }

  static FaultKind pastSession() {
    return new JobPaused(Past.SESSION);
  }

  static FaultKind pastTransaction() {
    return new JobPaused(Past.TRANSACTION);
  }

  @Override
  public String name() {
    return past.kind;
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return past.number;
  }

  @Override
  public Duration holds() {
    return past.length;
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return past == Past.SESSION && shape.jobs() < 2
        ? Optional.of("with one job nobody takes its partitions")
        : Optional.empty();
  }

  @Override
  public boolean abortsTransactions() {
    return true;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Jobs.heldWithPartitions(cluster, flow, random);
    Set<String> members =
        Victims.atWork(
            victim,
            "member of its group",
            () -> Optional.of(Jobs.memberIds(victim, flow)).filter(ids -> !ids.isEmpty()));
    OpenTransactions open =
        Victims.atWork(
            victim,
            "transaction that stays open while it stands still",
            () -> {
              // Stopped at once and looked at then: between look and stop it would commit.
              victim.process().pause();
              Optional<OpenTransactions> left =
                  OpenTransactions.of(victim.server(), flow)
                      // Its last words, a commit perhaps, may have been on their way.
                      .filter(
                          found -> !Waiting.until(LAST_WORDS, () -> found.areOver(flow.admin())));
              if (left.isEmpty()) {
                victim.process().resume();
              }
              return left;
            });
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        boolean aborted = open.areOver(flow.admin());
        boolean missed = !Jobs.memberIds(victim, flow).stream().anyMatch(members::contains);
        if (past == Past.SESSION && aborted && missed) {
          return Bite.seen(
              "stood still until its group had dropped it and %s had been aborted".formatted(open));
        }
        if (past == Past.TRANSACTION && aborted) {
          return Bite.seen(
              "stood still until %s had been aborted, %s its group"
                  .formatted(open, missed ? "and dropped by" : "and still in"));
        }
        return Bite.none(
            "transaction %s, %s"
                .formatted(aborted ? "aborted" : "still open", missed ? "dropped" : "not dropped"));
      }

      @Override
      void lift() {
        victim.process().resume();
        victim.release();
      }
    };
  }
}
