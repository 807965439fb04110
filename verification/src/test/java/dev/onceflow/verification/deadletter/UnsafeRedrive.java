package dev.onceflow.verification.deadletter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The control: a redrive as it is often written. It sends what it read, then commits how far it has
 * read, and nothing binds the two.
 */
final class UnsafeRedrive {
  private UnsafeRedrive() {}

  /**
   * Sends all that its group has not read yet.
   *
   * @param args bootstrap servers, the dead letter topic, its partitions, the input, and how long
   *     to pause behind each record in milliseconds
   */
  public static void main(String[] args) throws Exception {
    long pauseNs = Duration.ofMillis(Long.parseLong(args[4])).toNanos();
    List<TopicPartition> partitions =
        IntStream.range(0, Integer.parseInt(args[2]))
            .mapToObj(p -> new TopicPartition(args[1], p))
            .toList();
    try (var consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers",
                    args[0],
                    "group.id",
                    "unsafe-redrive",
                    "enable.auto.commit",
                    false,
                    "auto.offset.reset",
                    "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", args[0]),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<byte[], byte[]> record : records) {
          Future<RecordMetadata> unused =
              producer.send(
                  new ProducerRecord<>(
                      args[3],
                      RedriveIT.inputPartition(record),
                      record.key(),
                      record.value(),
                      record.headers()));
          LockSupport.parkNanos(pauseNs);
        }
        producer.flush();
        consumer.commitSync();
      }
    }
  }
}
