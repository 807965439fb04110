package dev.onceflow.verification.nemesis;

import dev.onceflow.local.process.LocalServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.cluster.Passage;
import dev.onceflow.verification.cluster.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The disk of a server's data is full, until somebody makes room on it: a disk of its own, so that
 * nobody else suffers. Bitten: the server says that no space is left.
 *
 * @param name of the kind of fault
 * @param group as FaultKind has it
 * @param number as FaultKind has it
 * @param members one of whom is struck
 * @param data where a server's data is
 */
record DiskFull<S extends LocalServer>(
    String name,
    String group,
    int number,
    Function<Cluster, List<Member<S>>> members,
    Function<S, Path> data)
    implements FaultKind {
  private static final Duration AT_WORK_LIMIT = Duration.ofSeconds(90);
  private static final Duration GOES_ON_LIMIT = Duration.ofSeconds(20);
  private static final String NO_SPACE = "No space left on device";

  /** disk_full */
  private static final String SINK_STATE = "53100";

  private static final AtomicInteger DISKS = new AtomicInteger();

  @Override
  public Duration holds() {
    return Duration.ofSeconds(12);
  }

  @Override
  public Optional<String> leftOut(Shape shape) {
    return SmallDisk.leftOut();
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<S> victim = Victims.held(members.apply(cluster), random);
    SmallDisk disk = moved(victim, cluster, flow);
    long saidBefore = LogLines.with(NO_SPACE, victim);
    long retriedBefore = LogLines.retries(SINK_STATE, cluster);
    Instant startedAt = Instant.now();
    disk.fill();
    return new Blow(victim.name(), startedAt) {
      @Override
      public Bite bite() {
        long said = LogLines.with(NO_SPACE, victim) - saidBefore;
        long retried = LogLines.retries(SINK_STATE, cluster) - retriedBefore;
        String words =
            "'%s' %d times; after %s the sink tried again %d times; the server %s"
                .formatted(
                    NO_SPACE,
                    said,
                    SINK_STATE,
                    retried,
                    victim
                        .process()
                        .exitCode()
                        .map(code -> "ended with exit code " + code)
                        .orElse("goes on"));
        if (said == 0) {
          disk.fill();
          return Bite.none(words);
        }
        return Bite.seen(words);
      }

      @Override
      void lift() {
        disk.free();
        try {
          goOn(victim, flow);
          victim.stop();
          disk.moveBack();
        } finally {
          victim.release();
        }
      }
    };
  }

  /** On its small disk, and at work there. */
  private SmallDisk moved(Member<S> victim, Cluster cluster, Flow flow) {
    try {
      victim.stop();
      SmallDisk disk =
          SmallDisk.under(
              data.apply(victim.server()), cluster.folder("small-disk-" + DISKS.incrementAndGet()));
      try {
        victim.server().restart();
      } catch (RuntimeException e) {
        disk.moveBack();
        throw e;
      }
      Passage passage = new Passage(flow);
      Waiting.until(AT_WORK_LIMIT, passage::isThrough);
      return disk;
    } catch (IOException e) {
      victim.release();
      throw new NothingToStrike("its data can't be moved onto a small disk: " + e.getMessage());
    } catch (RuntimeException e) {
      victim.release();
      throw e;
    }
  }

  /** With room again a server that hasn't ended goes on by itself, which is waited for. */
  private void goOn(Member<S> victim, Flow flow) {
    Passage passage = new Passage(flow);
    Waiting.until(GOES_ON_LIMIT, () -> !victim.process().alive() || passage.isThrough());
  }
}
