package dev.onceflow.benchmarks.job;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Reads records and writes them again, with the clients alone: no Streams, no state, no
 * transactions. What a job could reach if it did nothing.
 */
final class PlainLoop {
  private static final double WARM_UP = 0.2;

  private PlainLoop() {}

  static double rate(
      String bootstrapServers, String input, int partitions, String output, long records) {
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers", bootstrapServers,
                    "group.id", "plain-" + UUID.randomUUID(),
                    "isolation.level", "read_committed",
                    "enable.auto.commit", "false",
                    "max.poll.records", "1000"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    bootstrapServers,
                    "acks",
                    "all",
                    "linger.ms",
                    100,
                    "batch.size",
                    131_072),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      List<TopicPartition> all =
          IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(input, p)).toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long warm = Math.round(records * WARM_UP);
      long done = 0;
      long warmDone = 0;
      long fromNs = 0;
      while (done < records) {
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofSeconds(1));
        for (ConsumerRecord<byte[], byte[]> record : polled) {
          var unused = producer.send(new ProducerRecord<>(output, record.key(), record.value()));
        }
        done += polled.count();
        if (fromNs == 0 && done >= warm) {
          warmDone = done;
          fromNs = System.nanoTime();
        }
      }
      producer.flush();
      return (done - warmDone)
          * (double) TimeUnit.SECONDS.toNanos(1)
          / (System.nanoTime() - fromNs);
    }
  }
}
