package dev.onceflow.benchmarks.job;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/** Passes each record on and remembers nothing: what Kafka Streams alone leaves to reach. */
record PassOnly(String input, String output) implements TopologyFactory {
  @Override
  public String name() {
    return "pass-only";
  }

  @Override
  public List<JobTopic> topics() {
    return List.of(
        new JobTopic(input, JobTopic.Role.INPUT, Map.of()),
        new JobTopic(output, JobTopic.Role.OUTPUT, Map.of()));
  }

  @Override
  public Topology build(Map<String, ?> config) {
    var bytesIn = new ByteArrayDeserializer();
    var bytesOut = new ByteArraySerializer();
    return new Topology()
        .addSource(AutoOffsetReset.earliest(), "source", bytesIn, bytesIn, input)
        .addSink("sink", output, bytesOut, bytesOut, "source");
  }
}
