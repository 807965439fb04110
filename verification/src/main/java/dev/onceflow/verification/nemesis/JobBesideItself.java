package dev.onceflow.verification.nemesis;

import dev.onceflow.local.process.ChildProcess;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Random;

/**
 * A second process is started on the configuration and the state directory of one that runs.
 * Bitten: the second ended with a refusal that names the directory, and the first still runs.
 */
final class JobBesideItself implements FaultKind {
  private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "job-beside-itself";
  }

  @Override
  public String group() {
    return "process";
  }

  @Override
  public int number() {
    return 10;
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    Member<JobProcess> first = Jobs.heldWithPartitions(cluster, flow, random);
    long pid = first.process().pid();
    ChildProcess second = first.server().startBeside();
    boolean ended = Waiting.until(REFUSAL_LIMIT, () -> !second.alive());
    return new Blow(first.name()) {
      @Override
      public Bite bite() {
        if (!ended) {
          return Bite.none("the second process, %d, did not end".formatted(second.pid()));
        }
        if (!first.process().alive() || first.process().pid() != pid) {
          return Bite.none("the first process, %d, ended".formatted(pid));
        }
        int exitCode = second.exitCode().orElse(-1);
        return exitCode != 0 && isRefusal(second)
            ? Bite.seen("a second process ended with exit code %d and said why".formatted(exitCode))
            : Bite.none(
                "the second process ended with exit code %d and didn't name the state directory in %s"
                    .formatted(exitCode, second.log()));
      }

      @Override
      void lift() {
        second.close();
        first.release();
      }
    };
  }

  private static boolean isRefusal(ChildProcess second) {
    try {
      String log = Files.readString(second.log());
      return log.contains("can't start") && log.contains("same state directory");
    } catch (IOException unread) {
      return false;
    }
  }
}
