package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.FakeClock;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/**
 * The clock of a job's process jumps ahead or back by minutes to days while it runs, and jumps back
 * to where it was. Its monotonic clock goes on. Bitten: the process itself shows the other time.
 */
final class JobClockJumped implements FaultKind {
  private static final Duration BACK_LIMIT = Duration.ofSeconds(90);
  private static final Duration[] JUMPS = {
    Duration.ofMinutes(3), Duration.ofHours(2), Duration.ofDays(3)
  };

  @Override
  public String name() {
    return "job-clock-jumped";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 69;
  }

  @Override
  public Duration holds() {
    return Duration.ofSeconds(10);
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return FakeClock.impossible();
  }

  // Once one process of it has had such a clock, all that follow have.
  private static FakeClock onFakeClock(Member<JobProcess> victim) {
    boolean had = victim.server().hasFakeClock();
    FakeClock clock = victim.server().onFakeClock();
    if (!had) {
      victim.stop();
      victim.server().restart();
    }
    return clock;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> victim = Victims.held(cluster.jobs(), random);
    Duration ahead = JUMPS[random.nextInt(JUMPS.length)];
    Duration jump = random.nextBoolean() ? ahead : ahead.negated();
    FakeClock clock = onFakeClock(victim);
    Victims.atWork(victim, "partition", () -> Jobs.partitionsOf(victim, flow), BACK_LIMIT);
    clock.jump(jump);
    return new Blow(victim.name()) {
      @Override
      public Bite bite() {
        Optional<Instant> shown = JobAnswers.clock(victim.server());
        return shown
            .map(time -> Duration.between(Instant.now(), time))
            .filter(off -> off.abs().compareTo(ahead.dividedBy(2)) > 0)
            .map(off -> Bite.seen("its clock showed %s, %s off".formatted(shown.get(), off)))
            .orElse(Bite.none("its clock shows " + shown));
      }

      @Override
      void lift() {
        clock.jump(Duration.ZERO);
        victim.release();
      }
    };
  }
}
