package dev.onceflow.verification.job;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A small job with state: for each record of a key it writes the value and the how manieth of its
 * key it is. State that is lost, or kept of an aborted transaction, shows in the numbers.
 *
 * @param countsStore the store of the counts
 * @param latestStores further stores, which keep the latest value of each key
 */
record CountingTopology(String countsStore, List<String> latestStores) implements TopologyFactory {
  static final String INPUT = "counting-input";
  static final String OUTPUT = "counting-output";
  private static final String SOURCE = "source";
  private static final String COUNT = "count";
  private static final String SINK = "sink";

  /** The first version of the job, to be changed. */
  static CountingTopology first() {
    return new CountingTopology("counts", List.of());
  }

  @Override
  public String name() {
    return "counting";
  }

  @Override
  public List<JobTopic> topics() {
    return List.of(
        new JobTopic(INPUT, JobTopic.Role.INPUT, Map.of()),
        new JobTopic(OUTPUT, JobTopic.Role.OUTPUT, Map.of()));
  }

  @Override
  public Topology build(Map<String, ?> config) {
    Topology topology =
        new Topology()
            .addSource(
                AutoOffsetReset.earliest(),
                SOURCE,
                new StringDeserializer(),
                new StringDeserializer(),
                INPUT)
            .addProcessor(COUNT, this::counter, SOURCE)
            .addStateStore(
                Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(countsStore), Serdes.String(), Serdes.Long()),
                COUNT)
            .addSink(SINK, OUTPUT, new StringSerializer(), new StringSerializer(), COUNT);
    for (String latest : latestStores) {
      topology.addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(latest), Serdes.String(), Serdes.String()),
          COUNT);
    }
    return topology;
  }

  private Processor<String, String, String, String> counter() {
    return new ContextualProcessor<>() {
      @Override
      public void process(Record<String, String> record) {
        KeyValueStore<String, Long> counts = context().getStateStore(countsStore);
        Long before = counts.get(record.key());
        long count = before == null ? 1 : before + 1;
        counts.put(record.key(), count);
        for (String latest : latestStores) {
          context()
              .<KeyValueStore<String, String>>getStateStore(latest)
              .put(record.key(), record.value());
        }
        context().forward(record.withValue(record.value() + " is number " + count));
      }
    };
  }
}
