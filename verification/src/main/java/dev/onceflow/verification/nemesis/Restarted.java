package dev.onceflow.verification.nemesis;

import dev.onceflow.local.process.LocalServer;
import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Orderly restarts of one or all processes of a kind, one after the other under load: SIGTERM, and
 * up again. Bitten: each ended and runs again as another process.
 *
 * @param name of the kind of fault
 * @param group as FaultKind has it
 * @param number as FaultKind has it
 * @param members who is restarted
 * @param before what is done to each while it is down, such as to give it another setting
 * @param back whether one is back, so that it is the next one's turn
 */
record Restarted<S extends LocalServer>(
    String name,
    String group,
    int number,
    Function<Cluster, List<Member<S>>> members,
    Change<S> before,
    Return<S> back)
    implements FaultKind {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  /** Something that is done to a process that is down. */
  interface Change<S extends LocalServer> {
    void to(S server);
  }

  /** How one sees that a process is back at its work. */
  interface Return<S extends LocalServer> {
    boolean isSeen(Member<S> member, Cluster cluster, Flow flow);
  }

  @Override
  public Struck strike(Cluster cluster, Flow flow, Random random) {
    List<Member<S>> order = new ArrayList<>(members.apply(cluster));
    Collections.shuffle(order, random);
    Instant startedAt = Instant.now();
    List<String> restarted = new ArrayList<>();
    for (Member<S> member : order) {
      if (member.hold()) {
        try {
          restarted.add(restart(member));
        } finally {
          member.release();
        }
        // The next one only when this one is back, as one rolls through a cluster.
        Waiting.until(
            START_LIMIT, () -> member.process().alive() && back.isSeen(member, cluster, flow));
      }
    }
    return new Blow(order.size() == 1 ? order.get(0).name() : "all", startedAt) {
      @Override
      public Bite bite() {
        return restarted.size() == order.size()
            ? Bite.seen("restarted in order: " + String.join(", ", restarted))
            : Bite.none("only these were free: " + restarted);
      }

      @Override
      void lift() {
        // Each was released when it was back.
      }
    };
  }

  private String restart(Member<S> member) {
    long beganNs = System.nanoTime();
    member.stop();
    before.to(member.server());
    return "%s (exit code %d after %.1f s)"
        .formatted(
            member.name(),
            member.process().exitCode().orElse(-1),
            (System.nanoTime() - beganNs) / 1e9);
  }
}
