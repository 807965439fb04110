package dev.onceflow.streams.preflight;

import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How often a topic's records are kept.
 *
 * @param replicas the fewest replicas of any of its partitions
 * @param minInsync how many must have a record before it is acknowledged
 */
record Replication(int replicas, int minInsync) {
  /** With fewer brokers nothing survives the loss of one while all are needed to acknowledge. */
  static final int BROKERS_MIN = 3;

  private static final int MIN_INSYNC = 2;

  static Replication of(TopicDescription topic, Config config) {
    return new Replication(
        topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0),
        Integer.parseInt(config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value()));
  }

  /** Whether the loss of one broker loses nothing that was acknowledged. */
  boolean isSafe() {
    return replicas >= BROKERS_MIN && minInsync >= MIN_INSYNC;
  }

  static String tooFewBrokers(int brokers) {
    return brokers == 1
        ? "one broker: nothing can be replicated, what it loses is lost"
        : brokers + " brokers: too few to lose one and go on";
  }

  @Override
  public String toString() {
    return "replicas = " + replicas + ", min.insync.replicas = " + minInsync;
  }
}
