package dev.onceflow.verification.job;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.runtime.StreamsJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The counting job in this JVM on a real broker: one key, one partition, whose values are numbers
 * from 1 up, so that what must come out is known without looking at what went in.
 */
final class CountingRun implements AutoCloseable {
  static final TopicPartition OUTPUT = new TopicPartition(CountingTopology.OUTPUT, 0);
  private static final String KEY = "key";
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaServer kafka;
  private final Path stateDir;
  private final KafkaProducer<String, String> producer;
  private long sent;

  CountingRun(KafkaServer kafka, Path stateDir) {
    this.kafka = kafka;
    this.stateDir = stateDir;
    kafka.createTopics(
        List.of(
            new Topic(CountingTopology.INPUT, "any", Map.of()),
            new Topic(CountingTopology.OUTPUT, "any", Map.of())),
        1);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer());
  }

  /** A job on this run's state directory, not started. */
  StreamsJob job(TopologyFactory factory, Map<String, String> changes) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "application.id",
                "counting",
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "state.dir",
                stateDir.toString(),
                "preflight.accept",
                "state.dir"));
    settings.putAll(changes);
    return new StreamsJob(factory, JobConfig.of(settings, factory));
  }

  /** Sends the next number; it is acknowledged by the next {@link #flush}. */
  void send() {
    sent++;
    var unused =
        producer.send(new ProducerRecord<>(CountingTopology.INPUT, KEY, Long.toString(sent)));
  }

  void flush() {
    producer.flush();
  }

  /** What must stand in the output for all that was sent: each number once, in order. */
  List<String> expected() {
    return LongStream.rangeClosed(1, sent).mapToObj(n -> n + " is number " + n).toList();
  }

  /** What a reader of committed records finds in the output now. */
  List<String> committed() {
    List<String> outputs = new ArrayList<>();
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> assigned = List.of(OUTPUT);
      consumer.assign(assigned);
      long end = consumer.endOffsets(assigned).get(OUTPUT);
      consumer.seekToBeginning(assigned);
      while (consumer.position(OUTPUT) < end) {
        consumer.poll(POLL).forEach(record -> outputs.add(record.value()));
      }
    }
    return outputs;
  }

  @Override
  public void close() {
    producer.close();
  }
}
