package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * SIGKILL of a job's process whose tasks have standbys elsewhere, and it stays away until they have
 * taken over. Bitten: another process has fewer standby tasks than before, and more active ones.
 */
final class StandbyPromoted implements FaultKind {
  @Override
  public String name() {
    return "standby-promoted";
  }

  @Override
  public String group() {
    return "group";
  }

  @Override
  public int number() {
    return 27;
  }

  @Override
  public Duration holds() {
    // Its session in the group is over after ten.
    return Duration.ofSeconds(15);
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Jobs.heldWithPartitions(cluster, flow, random);
    Map<Member<JobProcess>, JobAnswers.Tasks> before =
        Victims.atWork(
            victim,
            "standby tasks elsewhere",
            () -> Optional.of(others(victim, cluster)).filter(found -> !found.isEmpty()));
    victim.kill();
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        for (Map.Entry<Member<JobProcess>, JobAnswers.Tasks> other : before.entrySet()) {
          JobAnswers.Tasks had = other.getValue();
          JobAnswers.Tasks has = JobAnswers.tasks(other.getKey().server()).orElse(had);
          if (has.active() > had.active() && has.standby() < had.standby()) {
            return Bite.seen(
                "%s had %d active and %d standby tasks, and has %d and %d"
                    .formatted(
                        other.getKey(), had.active(), had.standby(), has.active(), has.standby()));
          }
        }
        return Bite.none("no standby task elsewhere has become active: " + before);
      }

      @Override
      void lift() {
        victim.release();
      }
    };
  }

  private static Map<Member<JobProcess>, JobAnswers.Tasks> others(
      Member<JobProcess> victim, Cluster cluster) {
    Map<Member<JobProcess>, JobAnswers.Tasks> found = new LinkedHashMap<>();
    for (Member<JobProcess> job : cluster.jobs()) {
      if (job != victim) {
        JobAnswers.tasks(job.server())
            .filter(tasks -> tasks.standby() > 0)
            .ifPresent(tasks -> found.put(job, tasks));
      }
    }
    return found;
  }
}
