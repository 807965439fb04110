package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a transaction on an input hangs: readers of committed records stop at the last stable
 * offset, without an error and for ever.
 */
final class TransactionRules {
  private static final Finding.Rule HANGING =
      new Finding.Rule(
          "input.transactions",
          "no transaction that is open longer than transactions.open.max.ms",
          "readers of committed records wait behind it, without an error, until it ends");

  private final JobConfig config;
  private final TopologyFactory factory;
  private final Brokers brokers;
  private final Clock clock;

  TransactionRules(JobConfig config, TopologyFactory factory, Brokers brokers, Clock clock) {
    this.config = config;
    this.factory = factory;
    this.brokers = brokers;
    this.clock = clock;
  }

  List<Finding> check() {
    Set<TopicPartition> inputs = new HashSet<>();
    for (JobTopic topic : factory.topics()) {
      if (topic.role() == JobTopic.Role.INPUT) {
        Seen<Optional<TopicDescription>> seen = brokers.topic(topic.name());
        if (seen instanceof Seen.Hidden<Optional<TopicDescription>> hidden) {
          return List.of(HANGING.notVisible(hidden.reason()));
        }
        ((Seen.Visible<Optional<TopicDescription>>) seen)
            .value()
            .ifPresent(
                there ->
                    there
                        .partitions()
                        .forEach(p -> inputs.add(new TopicPartition(topic.name(), p.partition()))));
      }
    }
    if (inputs.isEmpty()) {
      return List.of(HANGING.notVisible("no input is there"));
    }
    Seen<Map<TopicPartition, Long>> written = brokers.ends(inputs, IsolationLevel.READ_UNCOMMITTED);
    return List.of(
        brokers
            .ends(inputs, IsolationLevel.READ_COMMITTED)
            .judge(HANGING, stable -> written.judge(HANGING, ends -> between(stable, ends))));
  }

  // The stable offsets were asked for last, so that a transaction that just ended isn't suspected.
  private Finding between(Map<TopicPartition, Long> stable, Map<TopicPartition, Long> ends) {
    List<String> open = new ArrayList<>();
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      TopicPartition partition = end.getKey();
      if (stable.get(partition) >= end.getValue()) {
        continue;
      }
      Seen<List<ProducerState>> producers = brokers.producers(partition);
      if (producers instanceof Seen.Hidden<List<ProducerState>> hidden) {
        return HANGING.notVisible(hidden.reason());
      }
      for (ProducerState producer : ((Seen.Visible<List<ProducerState>>) producers).value()) {
        if (producer.currentTransactionStartOffset().isPresent()) {
          Optional<Finding> hangs = hangs(partition, producer, stable.get(partition), open);
          if (hangs.isPresent()) {
            return hangs.get();
          }
        }
      }
    }
    return HANGING.held(open.isEmpty() ? "none is open" : "open: " + String.join(", ", open));
  }

  private Optional<Finding> hangs(
      TopicPartition partition, ProducerState producer, long stable, List<String> open) {
    Seen<Optional<Map.Entry<String, TransactionDescription>>> seen =
        brokers.transaction(producer.producerId());
    if (seen instanceof Seen.Hidden<Optional<Map.Entry<String, TransactionDescription>>> hidden) {
      return Optional.of(HANGING.notVisible(hidden.reason()));
    }
    Optional<Map.Entry<String, TransactionDescription>> known =
        ((Seen.Visible<Optional<Map.Entry<String, TransactionDescription>>>) seen).value();
    boolean ongoing =
        known.isPresent()
            && known.get().getValue().state() == TransactionState.ONGOING
            && known.get().getValue().topicPartitions().contains(partition);
    long sinceMs =
        ongoing
            ? known.get().getValue().transactionStartTimeMs().orElse(producer.lastTimestamp())
            : producer.lastTimestamp();
    long ageMs = clock.millis() - sinceMs;
    String what =
        "%s from offset %d, producer %d%s, for %d ms"
            .formatted(
                partition,
                producer.currentTransactionStartOffset().getAsLong(),
                producer.producerId(),
                known.map(k -> " (transactional.id " + k.getKey() + ")").orElse(""),
                ageMs);
    if (ageMs <= config.transactionsOpenMax().toMillis()) {
      open.add(what);
      return Optional.empty();
    }
    return Optional.of(
        HANGING.violated(
            what + "; readers stop at offset " + stable,
            """
            If that producer is gone, end it: 'kafka-transactions.sh --bootstrap-server %s abort \
            --topic %s --partition %d --start-offset %d'."""
                .formatted(
                    config.bootstrapServers(),
                    partition.topic(),
                    partition.partition(),
                    producer.currentTransactionStartOffset().getAsLong())));
  }
}
