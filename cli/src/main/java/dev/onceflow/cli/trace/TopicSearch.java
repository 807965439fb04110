package dev.onceflow.cli.trace;

import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads every committed record of a window, as the topics are when it begins: without aborted
 * records, without joining a group, without committing anything. Used by one thread.
 */
final class TopicSearch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED_AFTER = Duration.ofSeconds(60);
  private static final int ANSWER_TIMEOUT_MS = 15_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Object servers;
  private final TerminalLine progress;

  TopicSearch(Map<String, ?> clientSettings, TerminalLine progress) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MS);
    settings.putAll(clientSettings);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.servers = settings.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
    this.progress = progress;
    try {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new UserException(
          "Kafka's client can't be made from these settings: " + root.getMessage(), e);
    }
  }

  /** What of one partition is to be read: from the first to before the second. */
  private record Range(long begin, long from, long to, long end) {}

  /**
   * Reads.
   *
   * @param action is given every record of the window
   * @return how much was read, by topic
   * @throws UserException if Kafka doesn't answer, or gives nothing for a minute
   */
  List<Searched> read(
      Collection<String> topics, Window window, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    try {
      List<Searched> searched = new ArrayList<>();
      Map<TopicPartition, Range> ranges = new HashMap<>();
      for (String topic : topics) {
        ranges.putAll(ranges(topic, window));
      }
      Map<String, Long> read = read(ranges, action);
      for (String topic : topics) {
        List<Range> ofTopic =
            ranges.entrySet().stream()
                .filter(range -> range.getKey().topic().equals(topic))
                .map(Map.Entry::getValue)
                .toList();
        searched.add(
            new Searched(
                topic,
                !ofTopic.isEmpty(),
                read.getOrDefault(topic, 0L),
                ofTopic.stream().mapToLong(r -> r.end - r.begin - (r.to - r.from)).sum(),
                ofTopic.stream().anyMatch(r -> r.begin > 0 && r.from == r.begin)));
      }
      return searched;
    } catch (AuthorizationException e) {
      throw new UserException(
          "Kafka at %s refuses: the client needs the ACLs DESCRIBE and READ on the topics (%s)."
              .formatted(servers, e.getMessage()),
          e);
    } catch (TimeoutException e) {
      throw new UserException(
          "Kafka at %s doesn't answer: check the address, and that it is running there."
              .formatted(servers),
          e);
    }
  }

  private Map<TopicPartition, Range> ranges(String topic, Window window) {
    List<PartitionInfo> infos = consumer.partitionsFor(topic);
    Set<TopicPartition> partitions =
        (infos == null ? List.<PartitionInfo>of() : infos)
            .stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .collect(Collectors.toSet());
    // Assigned before it is asked: the client warns about ends of partitions that it doesn't read.
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> from = at(window.from(), partitions, begins, ends);
    Map<TopicPartition, Long> to = at(window.to(), partitions, ends, ends);
    Map<TopicPartition, Range> ranges = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long begin = begins.get(partition);
      long end = Math.max(begin, ends.get(partition));
      long first = Math.min(end, from.get(partition));
      long last = Math.min(end, Math.max(first, to.get(partition)));
      ranges.put(partition, new Range(begin, first, last, end));
    }
    return ranges;
  }

  /** The first offset from {@code time} on; the end where all is older. */
  private Map<TopicPartition, Long> at(
      Optional<Instant> time,
      Set<TopicPartition> partitions,
      Map<TopicPartition, Long> withoutTime,
      Map<TopicPartition, Long> ends) {
    if (time.isEmpty() || partitions.isEmpty()) {
      return withoutTime;
    }
    long ms = Math.max(0, time.get().toEpochMilli());
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(
            partitions.stream().collect(Collectors.toMap(each -> each, each -> ms)));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(
        partition -> {
          OffsetAndTimestamp at = found.get(partition);
          offsets.put(partition, at == null ? ends.get(partition) : at.offset());
        });
    return offsets;
  }

  private Map<String, Long> read(
      Map<TopicPartition, Range> ranges, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    Map<TopicPartition, Range> open = new HashMap<>(ranges);
    open.values().removeIf(range -> range.from >= range.to);
    long offsets = open.values().stream().mapToLong(range -> range.to - range.from).sum();
    Map<String, Long> read = new HashMap<>();
    consumer.assign(open.keySet());
    open.forEach((partition, range) -> consumer.seek(partition, range.from));
    long progressNs = System.nanoTime();
    long all = 0;
    while (!open.isEmpty()) {
      var records = consumer.poll(POLL);
      for (var record : records) {
        Range range = open.get(new TopicPartition(record.topic(), record.partition()));
        if (range != null && record.offset() < range.to) {
          read.merge(record.topic(), 1L, Long::sum);
          all++;
          action.accept(record);
        }
      }
      if (open.entrySet()
          .removeIf(each -> consumer.position(each.getKey()) >= each.getValue().to)) {
        consumer.assign(open.keySet());
        progressNs = System.nanoTime();
      }
      long soFar = all;
      progress.show(() -> "%,d of about %,d records read".formatted(soFar, offsets));
      if (!records.isEmpty()) {
        progressNs = System.nanoTime();
      } else if (System.nanoTime() - progressNs > STALLED_AFTER.toNanos()) {
        throw new UserException(
            "Kafka at %s gave nothing for %d s, though %s is still to be read: is a transaction hanging?"
                .formatted(servers, STALLED_AFTER.toSeconds(), open.keySet()));
      }
    }
    return read;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
