package dev.onceflow.benchmarks.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Where in a replay somebody is killed.
 *
 * @param half which of its halves
 * @param share how much of that half is done by then
 * @param victim who
 */
record Kill(Half half, double share, Victim victim) {
  /** A reapply has the second half only. */
  enum Half {
    /** The job runs again; its group's offsets say how far. */
    JOB("reprocessing"),
    /** Outputs go through the sink; the run's fences say how far. */
    OUTPUTS("running");

    private final String state;

    Half(String state) {
      this.state = state;
    }

    /** As {@code onceflow.replays} has it. */
    String state() {
      return state;
    }
  }

  /** Who is killed. */
  enum Victim {
    /** The process that drives the replay. */
    COMMAND("the command"),
    /** The one that applies, for the live sink and for the replay. */
    WORKER("the Connect worker");

    private final String words;

    Victim(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private static final int COMMANDS = 3;
  private static final double FIRST = 0.05;
  private static final double LAST = 0.8;

  /** The command three times and the worker once while outputs are applied. */
  static List<Kill> inTheReapply(Random random) {
    return inOutputs(random, COMMANDS);
  }

  /** The same, but for one or two of the command, which fall into the job's run. */
  static List<Kill> inBothHalves(Random random) {
    int inTheJob = 1 + random.nextInt(COMMANDS - 1);
    List<Kill> kills = new ArrayList<>();
    for (double share : shares(random, inTheJob)) {
      kills.add(new Kill(Half.JOB, share, Victim.COMMAND));
    }
    kills.addAll(inOutputs(random, COMMANDS - inTheJob));
    return kills;
  }

  private static List<Kill> inOutputs(Random random, int commands) {
    double[] shares = shares(random, commands + 1);
    int ofTheWorker = random.nextInt(commands + 1);
    List<Kill> kills = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      kills.add(
          new Kill(Half.OUTPUTS, shares[i], i == ofTheWorker ? Victim.WORKER : Victim.COMMAND));
    }
    return kills;
  }

  private static double[] shares(Random random, int count) {
    double[] shares = random.doubles(count, FIRST, LAST).toArray();
    Arrays.sort(shares);
    return shares;
  }
}
