package dev.onceflow.verification.nemesis;

import dev.onceflow.verification.cluster.Cluster;
import dev.onceflow.verification.cluster.Flow;
import dev.onceflow.verification.cluster.Shape;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** One kind of fault. Has no state: each strike is a {@link Struck} of its own. */
public interface FaultKind {
  /** Its name on the command line and in reports. */
  String name();

  /** What it is done to: process, broker, wire, group, data, sink. */
  String group();

  /** Its number in the list of faults (docs/chaos.md). */
  int number();

  /** For how long it is kept up once it has bitten; zero where it is a single blow. */
  default Duration holds() {
    return Duration.ZERO;
  }

  /**
   * Whether a Kafka transaction with records in it must be aborted where this bites: then somebody
   * who reads all records must have seen some that don't stand.
   */
  default boolean abortsTransactions() {
    return false;
  }

  /** Why it can't be done to a cluster of this shape; empty where it can. */
  default Optional<String> leftOut(Shape shape) {
    return Optional.empty();
  }

  /**
   * Strikes when its victim is at work; returns when it has.
   *
   * @param flow for what it must observe
   * @param random decides what chance must; the same for the same seed
   * @throws NothingToStrike if no victim is free and at work
   */
  Struck strike(Cluster cluster, Flow flow, Random random);
}
