package dev.onceflow.benchmarks.job;

import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * From the moment before an event is produced to the moment when a reader of committed records has
 * its ledger entry: both by this machine's clock. The first half of the time doesn't count: the
 * paths that a paced load takes are compiled in it.
 */
record Latency(long p50Ms, long p99Ms, int measured) {
  static Latency of(
      String bootstrapServers, String registry, int partitions, int perSecond, Duration time) {
    Deserializer<LedgerEntry> entries =
        new AvroSerdes(Map.of("schema.registry.url", registry)).deserializer(LedgerEntry.class);
    LongStream.Builder took = LongStream.builder();
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers", bootstrapServers,
                    "isolation.level", "read_committed",
                    "fetch.max.wait.ms", "5"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        Events events = new Events(bootstrapServers, registry, 2)) {
      List<TopicPartition> all =
          IntStream.range(0, partitions)
              .mapToObj(p -> new TopicPartition(Topics.LEDGER_ENTRIES.name(), p))
              .toList();
      consumer.assign(all);
      consumer.seekToEnd(all);
      all.forEach(consumer::position);
      long beginNs = System.nanoTime();
      long countFromNs = beginNs + time.toNanos() / 2;
      long sent = 0;
      while (System.nanoTime() - beginNs < time.toNanos()) {
        long due = (System.nanoTime() - beginNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
        for (; sent < due; sent++) {
          events.send();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(2))) {
          LedgerEntry entry = entries.deserialize(record.topic(), record.value());
          if (System.nanoTime() > countFromNs) {
            took.add(System.currentTimeMillis() - entry.getOccurredAt().toEpochMilli());
          }
        }
      }
    }
    long[] sorted = took.build().toArray();
    Arrays.sort(sorted);
    return new Latency(
        sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)], sorted.length);
  }
}
