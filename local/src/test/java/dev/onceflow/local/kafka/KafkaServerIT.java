package dev.onceflow.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.process.FreePort;
import dev.onceflow.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerIT {
  @TempDir private Path folder;

  @Test
  void committedTransactionSurvivesSigkillAndTopicsAreMadeOnce() throws Exception {
    try (KafkaServer kafka = KafkaServer.start(folder, FreePort.ANY)) {
      kafka.createTopics(Topics.ALL, 2);
      produceInOneTransaction(kafka, "before");
      long killed = kafka.process().pid();

      kafka.process().kill();
      assertThat(ProcessHandle.of(killed)).isEmpty();
      kafka.restart();
      kafka.createTopics(Topics.ALL, 2);
      produceInOneTransaction(kafka, "after");

      // The log holds two committed transactions, each of one record.
      assertThat(committed(kafka)).containsExactly("before", "after");
      kafka.process().stop();
      assertThat(kafka.process().exitCode()).contains(143);
      assertThat(Files.readString(kafka.process().log()))
          .doesNotContain("SLF4J")
          .doesNotContain("ERROR");
    }
  }

  private static void produceInOneTransaction(KafkaServer kafka, String text) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "of-the-test"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer
          .send(
              new ProducerRecord<>(
                  Topics.PAYMENTS.name(), 1, null, text.getBytes(StandardCharsets.UTF_8)))
          .get();
      producer.commitTransaction();
    }
  }

  private static List<String> committed(KafkaServer kafka) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(Topics.PAYMENTS.name(), 1)));
      List<String> texts = new ArrayList<>();
      while (texts.size() < 2) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(5));
        assertThat(records.isEmpty()).isFalse();
        records.forEach(record -> texts.add(new String(record.value(), StandardCharsets.UTF_8)));
      }
      return texts;
    }
  }
}
