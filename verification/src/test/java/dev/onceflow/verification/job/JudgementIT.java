package dev.onceflow.verification.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controls of every judgement in this package: an output doubled, an output lost. */
class JudgementIT {
  @TempDir private Path folder;

  @Test
  void judgementOfAnUndisturbedRunTurnsWhenAnOutputIsDoubledOrMissing() {
    try (JobCluster cluster = new JobCluster(folder)) {
      cluster.start("one");
      PacedLoad load = cluster.load(3_000, 7, 3_000);
      load.awaitAll();
      cluster.awaitDrained();
      cluster.stop("one");
      Judgement undisturbed = cluster.judgement();
      assertThat(undisturbed.isExactlyOnce()).as(undisturbed.summary()).isTrue();

      produceAgain(cluster, Topics.LEDGER_ENTRIES.name());
      Judgement doubled = cluster.judgement();
      assertThat(doubled.missing()).isEmpty();
      assertThat(doubled.surplus()).singleElement().asString().endsWith("(2 times)");

      cluster.load(1, 8, 1_000).awaitAll();
      // Input: an event that no instance is there to process, as if its outputs had been lost.
      assertThat(cluster.judgement().missing()).isNotEmpty();
    }
  }

  private static void produceAgain(JobCluster cluster, String topic) {
    ConsumerRecord<byte[], byte[]> first = first(cluster, topic);
    try (var producer =
        new KafkaProducer<>(
            cluster.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic,
                  first.partition(),
                  first.timestamp(),
                  first.key(),
                  first.value(),
                  first.headers()));
    }
  }

  private static ConsumerRecord<byte[], byte[]> first(JobCluster cluster, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            cluster.clientConfig(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (true) {
        var records = consumer.poll(Duration.ofMillis(200));
        if (!records.isEmpty()) {
          return records.iterator().next();
        }
      }
    }
  }
}
