package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads ranges as the sink does: committed records, without joining a group. */
final class CommittedRecords {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

  private final Map<String, Object> settings;

  CommittedRecords(Map<String, Object> settings) {
    this.settings = new HashMap<>(settings);
    this.settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    this.settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    this.settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    this.settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Hands over every record of the ranges, in their order within each partition. */
  void read(Collection<Range> ranges, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    readWhile(
        ranges,
        record -> {
          action.accept(record);
          return true;
        });
  }

  /** The first record of a range; empty where its offsets are all markers and aborted ones. */
  Optional<ConsumerRecord<byte[], byte[]>> first(Range range) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    if (!range.isEmpty()) {
      readWhile(
          List.of(range),
          record -> {
            found.add(record);
            return false;
          });
    }
    return found.stream().findFirst();
  }

  private void readWhile(
      Collection<Range> ranges, Predicate<ConsumerRecord<byte[], byte[]>> goesOn) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<TopicPartition, Long> open = begin(consumer, ranges);
      long progressNs = System.nanoTime();
      while (!open.isEmpty()) {
        var records = poll(consumer);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          Long end = open.get(new TopicPartition(record.topic(), record.partition()));
          if (end != null && record.offset() < end && !goesOn.test(record)) {
            return;
          }
        }
        if (!records.isEmpty() || endOf(consumer, open)) {
          progressNs = System.nanoTime();
        } else if (System.nanoTime() - progressNs > STALLED_AFTER.toNanos()) {
          throw new UserException(
              "Kafka gave nothing for %d s, though %s is still to be read: is a transaction hanging?"
                  .formatted(STALLED_AFTER.toSeconds(), open));
        }
        endOf(consumer, open);
      }
    }
  }

  private static ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      return consumer.poll(POLL);
    } catch (KafkaException e) {
      throw new UserException(
          "Kafka doesn't give the records: %s. If they have expired meanwhile, begin later."
              .formatted(e.getMessage()),
          e);
    }
  }

  private static Map<TopicPartition, Long> begin(
      KafkaConsumer<byte[], byte[]> consumer, Collection<Range> ranges) {
    List<Range> full = ranges.stream().filter(range -> !range.isEmpty()).toList();
    Map<TopicPartition, Long> open =
        full.stream().collect(Collectors.toMap(Range::partition, Range::end));
    consumer.assign(open.keySet());
    full.forEach(range -> consumer.seek(range.partition(), range.start()));
    return open;
  }

  private static boolean endOf(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> open) {
    boolean hasEnded =
        open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue());
    if (hasEnded) {
      consumer.assign(open.keySet());
    }
    return hasEnded;
  }
}
