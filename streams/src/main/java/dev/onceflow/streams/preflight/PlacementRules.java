package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.preflight.NewestRecords.Placed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the copies of an event meet in one partition, as far as the newest records tell: by their
 * keys, since event IDs are known to the job's decoder alone. That an event's key follows from its
 * ID is the producer's promise; no rule can see it.
 */
final class PlacementRules {
  private static final Finding.Rule PLACEMENT =
      new Finding.Rule(
          "input.placement",
          """
          records where the default partitioner of Kafka's Java clients puts their key, or a \
          repartition by event ID""",
          """
          dedupe finds the copies of an event that lie in one partition: in two, both take effect""");

  private static final String REPARTITION =
      "let the job bring copies together by event ID (EventGraph.repartitionedByEventId)";

  private final JobConfig config;
  private final TopologyFactory factory;
  private final Brokers brokers;

  PlacementRules(JobConfig config, TopologyFactory factory, Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.brokers = brokers;
  }

  List<Finding> check() {
    TreeSet<String> inputs = new TreeSet<>(factory.horizonsMs(config.effective()).keySet());
    List<String> held = new ArrayList<>();
    for (String input : factory.repartitioned().keySet()) {
      if (inputs.remove(input)) {
        held.add(input + " is repartitioned by event ID");
      }
    }
    if (inputs.isEmpty()) {
      return List.of(
          PLACEMENT.held(held.isEmpty() ? "nothing is deduplicated" : String.join(", ", held)));
    }
    List<String> hidden = new ArrayList<>();
    try (NewestRecords newest = NewestRecords.open(config)) {
      for (String input : inputs) {
        Finding finding = placement(input, newest);
        switch (finding.status()) {
          case VIOLATED -> {
            return List.of(finding);
          }
          case HELD -> held.add(finding.set());
          case NOT_VISIBLE -> hidden.add(finding.set());
        }
      }
    }
    return List.of(
        hidden.isEmpty()
            ? PLACEMENT.held(String.join(", ", held))
            : PLACEMENT.notVisible(String.join(", ", hidden)));
  }

  private Finding placement(String input, NewestRecords newest) {
    return brokers
        .topic(input)
        .judge(
            PLACEMENT,
            topic -> {
              int partitions = topic.map(TopicDescription::partitions).map(List::size).orElse(0);
              return switch (partitions) {
                case 0 -> PLACEMENT.notVisible(input + " is not there");
                case 1 -> PLACEMENT.held(input + " has one partition");
                default -> {
                  List<TopicPartition> all =
                      topic.orElseThrow().partitions().stream()
                          .map(each -> new TopicPartition(input, each.partition()))
                          .toList();
                  yield newest
                      .of(all)
                      .judge(PLACEMENT, records -> placed(input, partitions, records));
                }
              };
            });
  }

  private static Finding placed(String input, int partitions, List<Placed> records) {
    Map<ByteBuffer, Placed> byKey = new HashMap<>();
    Optional<Placed> elsewhere = Optional.empty();
    int countElsewhere = 0;
    for (Placed record : records) {
      if (record.key() == null) {
        return PLACEMENT.violated(
            "the record in %s has no key".formatted(record),
            """
            Give the records of %s a key that follows from the event ID, or %s; or, if your \
            decoder sets such records aside, accept it."""
                .formatted(input, REPARTITION));
      }
      Placed other = byKey.putIfAbsent(ByteBuffer.wrap(record.key()), record);
      if (other != null && !other.partition().equals(record.partition())) {
        return PLACEMENT.violated(
            "records of one key lie in %s and %s".formatted(other, record),
            """
            Give all producers of %s one partitioner (librdkafka: partitioner=murmur2_random), or \
            %s. If the topic got more partitions: copy it to a new one."""
                .formatted(input, REPARTITION));
      }
      if (BuiltInPartitioner.partitionForKey(record.key(), partitions)
          != record.partition().partition()) {
        elsewhere = elsewhere.or(() -> Optional.of(record));
        countElsewhere++;
      }
    }
    if (elsewhere.isPresent()) {
      return PLACEMENT.violated(
          "%d of the %d newest records of %s lie elsewhere, the first in %s instead of %d"
              .formatted(
                  countElsewhere,
                  records.size(),
                  input,
                  elsewhere.get(),
                  BuiltInPartitioner.partitionForKey(elsewhere.get().key(), partitions)),
          """
          Give all producers of %s the partitioner of Kafka's Java clients (librdkafka: \
          partitioner=murmur2_random), or %s; or, if every producer has the same partitioner of \
          your own, and had it all along, accept it."""
              .formatted(input, REPARTITION));
    }
    return records.isEmpty()
        ? PLACEMENT.notVisible(
            "%s is empty, or not read within %d ms".formatted(input, NewestRecords.TIME_MAX_MS))
        : PLACEMENT.held(
            "the %d newest records of %s are in place".formatted(records.size(), input));
  }
}
