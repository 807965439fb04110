package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.streams.StreamsConfig;

/** What the brokers themselves must hold: the transaction protocol, their own logs, its timeout. */
final class BrokerRules {
  private static final int TRANSACTION_VERSION_NEEDED = 2;

  private static final Finding.Rule TRANSACTION_VERSION =
      new Finding.Rule(
          "transaction.version",
          "2 or later",
          """
          below it a delayed end of one transaction can hit the next one (KIP-890): acknowledged \
          effects are lost, or aborted ones are seen""");

  private static final Finding.Rule TRANSACTION_LOG =
      new Finding.Rule(
          "transaction.log",
          "3 replicas and min.insync.replicas = 2 or more, on three or more brokers",
          """
          where the coordinator's log loses what was acknowledged, a transaction is half committed, \
          or offsets go back""");

  private static final Finding.Rule TRANSACTION_TIMEOUT =
      new Finding.Rule(
          "transaction.timeout",
          "at least twice commit.interval.ms, at most the brokers' transaction.max.timeout.ms",
          """
          a transaction that is open for as long as its timeout is aborted under a thread that \
          still works on it""");

  /** The brokers' own topics, with the broker's settings for them while they don't exist yet. */
  private static final Map<String, List<String>> LOGS =
      Map.of(
          "__transaction_state",
          List.of("transaction.state.log.replication.factor", "transaction.state.log.min.isr"),
          "__consumer_offsets",
          List.of("offsets.topic.replication.factor", "min.insync.replicas"));

  private final JobConfig config;
  private final Brokers brokers;

  BrokerRules(JobConfig config, Brokers brokers) {
    this.config = config;
    this.brokers = brokers;
  }

  List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    findings.add(transactionVersion());
    findings.add(transactionLog());
    findings.add(transactionTimeout());
    return findings;
  }

  private Finding transactionVersion() {
    return brokers
        .feature(TRANSACTION_VERSION.name())
        .judge(
            TRANSACTION_VERSION,
            level ->
                level >= TRANSACTION_VERSION_NEEDED
                    ? TRANSACTION_VERSION.held("transaction.version = " + level)
                    : TRANSACTION_VERSION.violated(
                        "transaction.version = " + level,
                        "'kafka-features.sh upgrade --feature transaction.version=%d' raises it."
                            .formatted(TRANSACTION_VERSION_NEEDED)));
  }

  private Finding transactionLog() {
    return brokers.nodes().judge(TRANSACTION_LOG, nodes -> replicatedLogs(nodes));
  }

  private Finding replicatedLogs(Collection<Node> nodes) {
    if (nodes.size() < Replication.BROKERS_MIN) {
      return TRANSACTION_LOG.held(Replication.tooFewBrokers(nodes.size()));
    }
    List<String> held = new ArrayList<>();
    for (String log : LOGS.keySet().stream().sorted().toList()) {
      Seen<Optional<TopicDescription>> topic = brokers.topic(log);
      Seen<Config> settings =
          topic instanceof Seen.Visible<Optional<TopicDescription>> visible
                  && visible.value().isPresent()
              ? brokers.topicConfig(log)
              : brokers.brokerConfig();
      if (topic instanceof Seen.Hidden<Optional<TopicDescription>> hidden) {
        return TRANSACTION_LOG.notVisible(hidden.reason());
      }
      if (settings instanceof Seen.Hidden<Config> hidden) {
        return TRANSACTION_LOG.notVisible(hidden.reason());
      }
      Config values = ((Seen.Visible<Config>) settings).value();
      Optional<TopicDescription> description =
          ((Seen.Visible<Optional<TopicDescription>>) topic).value();
      Replication replication =
          description
              .map(there -> Replication.of(there, values))
              .orElseGet(
                  () ->
                      new Replication(
                          number(values, LOGS.get(log).get(0)),
                          number(values, LOGS.get(log).get(1))));
      if (!replication.isSafe()) {
        return TRANSACTION_LOG.violated(
            log + " has " + replication,
            """
            Raise min.insync.replicas with %s, and replicas with 'kafka-reassign-partitions.sh'."""
                .formatted(brokers.alterTopic(log, "min.insync.replicas=2")));
      }
      held.add(log + " has " + replication);
    }
    return TRANSACTION_LOG.held(String.join(", ", held));
  }

  static int number(Config config, String key) {
    return config.get(key) == null ? 0 : Integer.parseInt(config.get(key).value());
  }

  private Finding transactionTimeout() {
    StreamsConfig streams = config.streams();
    long commitMs = streams.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
    long timeoutMs =
        SettingRules.number(
            streams.getProducerConfigs("client").get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
    String set =
        "transaction.timeout.ms = %d, commit.interval.ms = %d".formatted(timeoutMs, commitMs);
    if (timeoutMs < 2 * commitMs) {
      return TRANSACTION_TIMEOUT.violated(
          set, "Set producer.transaction.timeout.ms to %d or more.".formatted(2 * commitMs));
    }
    return brokers
        .brokerConfig()
        .judge(
            TRANSACTION_TIMEOUT,
            broker -> {
              long maxMs = number(broker, "transaction.max.timeout.ms");
              String all = set + ", the brokers' transaction.max.timeout.ms = " + maxMs;
              return timeoutMs <= maxMs
                  ? TRANSACTION_TIMEOUT.held(all)
                  : TRANSACTION_TIMEOUT.violated(
                      all, "Set producer.transaction.timeout.ms to %d or less.".formatted(maxMs));
            });
  }
}
