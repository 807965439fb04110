package dev.onceflow.verification.job;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A reader of committed records beside the job, which writes down when it sees outputs of each
 * input partition: what a user of the outputs sees of a restart. One thread of its own.
 */
final class OutputWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Map<TopicPartition, List<Seen>> seen = new HashMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private volatile boolean closing;

  private record Seen(long inputOffset, long atNs) {}

  /** A time without outputs of an input partition. */
  record Pause(TopicPartition input, Duration length) {
    /** In seconds, with the partition. */
    @Override
    public String toString() {
      return "%.1f s (%s)".formatted(length.toMillis() / 1_000.0, input);
    }
  }

  OutputWatch(Map<String, ?> clientConfig) {
    Map<String, Object> config = new HashMap<>(clientConfig);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.of(Topics.LEDGER_ENTRIES, Topics.ACCOUNT_BALANCES)
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(each -> new TopicPartition(each.topic(), each.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = new Thread(this::watch, "output-watch");
    thread.start();
  }

  private void watch() {
    while (!closing) {
      var records = consumer.poll(POLL);
      long nowNs = System.nanoTime();
      synchronized (seen) {
        records.forEach(record -> see(record, nowNs));
      }
    }
    consumer.close();
  }

  private void see(ConsumerRecord<byte[], byte[]> record, long nowNs) {
    String coordinates =
        new String(
            record.headers().lastHeader(CloudEventHeaders.INPUT).value(), StandardCharsets.UTF_8);
    int offset = coordinates.lastIndexOf('-');
    int partition = coordinates.lastIndexOf('-', offset - 1);
    TopicPartition input =
        new TopicPartition(
            coordinates.substring(0, partition),
            Integer.parseInt(coordinates.substring(partition + 1, offset)));
    seen.computeIfAbsent(input, any -> new ArrayList<>())
        .add(new Seen(Long.parseLong(coordinates.substring(offset + 1)), nowNs));
  }

  /** Input partitions that outputs of at or after an instant were seen of. */
  int partitionsSeenSince(long sinceNs) {
    synchronized (seen) {
      return (int)
          seen.values().stream()
              .filter(list -> list.get(list.size() - 1).atNs() >= sinceNs)
              .count();
    }
  }

  /**
   * The longest time, for any input partition, in which no output of it was seen.
   *
   * @param fromNs when to begin; what comes first after it counts from here
   * @param untilNs when to end; what came last before it counts up to here
   */
  Pause longestPause(long fromNs, long untilNs) {
    Map<TopicPartition, Long> longest = new HashMap<>();
    synchronized (seen) {
      seen.forEach(
          (input, list) -> {
            long last = fromNs;
            long most = 0;
            for (Seen each : list) {
              if (each.atNs() > fromNs && each.atNs() <= untilNs) {
                most = Math.max(most, each.atNs() - last);
                last = each.atNs();
              }
            }
            longest.put(input, Math.max(most, untilNs - last));
          });
    }
    Map.Entry<TopicPartition, Long> worst =
        longest.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .orElseThrow(() -> new IllegalStateException("no output was seen at all"));
    return new Pause(worst.getKey(), Duration.ofNanos(worst.getValue()));
  }

  /**
   * For each input partition how long after an instant the first output of a record at or above an
   * offset was seen.
   *
   * @return empty as long as one has none
   */
  Optional<Map<TopicPartition, Duration>> firstOutputs(
      long sinceNs, Map<TopicPartition, Long> atOrAbove) {
    Map<TopicPartition, Duration> first = new TreeMap<>(Comparator.comparing(Object::toString));
    synchronized (seen) {
      Set<TopicPartition> inputs = atOrAbove.keySet();
      for (TopicPartition input : inputs) {
        seen.getOrDefault(input, List.of()).stream()
            .filter(each -> each.inputOffset() >= atOrAbove.get(input))
            .mapToLong(Seen::atNs)
            .min()
            .ifPresent(atNs -> first.put(input, Duration.ofNanos(atNs - sinceNs)));
      }
      return first.size() == inputs.size() ? Optional.of(first) : Optional.empty();
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
