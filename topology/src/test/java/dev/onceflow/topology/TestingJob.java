package dev.onceflow.topology;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;

/** Counts records by key. Each of its fields is one thing that a test may spoil. */
final class TestingJob implements TopologyFactory {
  static final long DAY_MS = 86_400_000L;

  /** Begins the names of what is its own, on a broker that others use. */
  final String prefix = UUID.randomUUID().toString().substring(0, 8);

  long horizonMs = 15 * DAY_MS;
  String store = "sums";
  String added;
  Optional<String> failure = Optional.empty();
  Map<String, String> inputSettings = Map.of("message.timestamp.type", "LogAppendTime");
  List<JobTopic> more = List.of();
  List<Set<String>> coPartitioned = List.of();
  boolean repartition;
  String deadLetterBytesMax = "33554432";

  String application() {
    return "job-" + prefix;
  }

  String input() {
    return prefix + "-in";
  }

  String output() {
    return prefix + "-out";
  }

  String deadLetters() {
    return prefix + "-dlq";
  }

  String changelog() {
    return application() + "-sums-changelog";
  }

  String repartitionTopic() {
    return application() + "-by-event-id-repartition";
  }

  @Override
  public String name() {
    return "testing";
  }

  @Override
  public Topology build(Map<String, ?> config) {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, String> records =
        builder.stream(input(), Consumed.with(Serdes.String(), Serdes.String()));
    if (repartition) {
      records =
          records.repartition(
              Repartitioned.with(Serdes.String(), Serdes.String()).withName("by-event-id"));
    }
    if (added != null) {
      builder.addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(added), Serdes.String(), Serdes.String()));
      records.process(() -> new Added(failure), Named.as("added"), added);
    }
    var grouped = records.groupByKey(Grouped.as("by-key"));
    if (store == null) {
      grouped.count();
    } else {
      grouped.count(Materialized.as(store));
    }
    return builder.build();
  }

  @Override
  public List<JobTopic> topics() {
    List<JobTopic> topics = new ArrayList<>();
    topics.add(new JobTopic(input(), JobTopic.Role.INPUT, inputSettings));
    topics.addAll(more);
    topics.add(new JobTopic(output(), JobTopic.Role.OUTPUT, Map.of("cleanup.policy", "delete")));
    topics.add(
        new JobTopic(
            deadLetters(),
            JobTopic.Role.SET_ASIDE,
            Map.of("max.message.bytes", deadLetterBytesMax)));
    return topics;
  }

  @Override
  public List<Set<String>> coPartitioned() {
    return coPartitioned;
  }

  @Override
  public Map<String, Long> horizonsMs(Map<String, ?> config) {
    return Map.of(input(), horizonMs);
  }

  @Override
  public Map<String, String> repartitioned() {
    return repartition ? Map.of(input(), "by-event-id-repartition") : Map.of();
  }

  private static final class Added extends ContextualProcessor<String, String, Void, Void> {
    private final Optional<String> failure;

    Added(Optional<String> failure) {
      this.failure = failure;
    }

    @Override
    public void process(Record<String, String> event) {
      failure.ifPresent(
          message -> {
            throw new IllegalStateException(message);
          });
    }
  }
}
