package dev.onceflow.cli.replay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a second run of a job ends: Streams knows no end, so its consumer hands out nothing at or
 * behind one. It stands in the consumer's settings, and so holds wherever the run is killed and
 * however far it read ahead: what lies behind the end is never processed, and never committed as if
 * it were. Topics without an end, which the run itself writes, pass untouched.
 *
 * <p>Made by Kafka's consumer, one for each, and used by its thread.
 */
public final class InputEnd implements ConsumerInterceptor<byte[], byte[]> {
  /** The ends: {@code TOPIC:PARTITION=OFFSET} with commas between; all partitions of an input. */
  static final String ENDS = "onceflow.input.ends";

  /** An {@link InputPace}, for all consumers of the run. */
  static final String PACE = "onceflow.input.pace";

  private final Map<String, Map<Integer, Long>> ends = new HashMap<>();
  private Optional<InputPace> pace = Optional.empty();

  /** For Kafka's consumer. */
  public InputEnd() {}

  /** The ends of ranges, as {@link #ENDS} has them. */
  static String text(Collection<Range> ranges) {
    return ranges.stream()
        .map(r -> r.partition().topic() + ":" + r.partition().partition() + "=" + r.end())
        .collect(Collectors.joining(","));
  }

  @Override
  public void configure(Map<String, ?> configs) {
    for (String item : configs.get(ENDS).toString().split(",", -1)) {
      int colon = item.lastIndexOf(':');
      int equals = item.indexOf('=', colon);
      ends.computeIfAbsent(item.substring(0, colon), topic -> new HashMap<>())
          .put(
              Integer.parseInt(item.substring(colon + 1, equals)),
              Long.parseLong(item.substring(equals + 1)));
    }
    pace = Optional.ofNullable((InputPace) configs.get(PACE));
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> read) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> kept = new HashMap<>();
    int taken = 0;
    for (TopicPartition partition : read.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(read.records(partition));
      if (ends.containsKey(partition.topic())) {
        long end = end(partition);
        records.removeIf(record -> record.offset() >= end);
        taken += records.size();
      }
      if (!records.isEmpty()) {
        kept.put(partition, records);
      }
    }
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(read.nextOffsets());
    next.replaceAll(this::atMost);
    int counted = taken;
    pace.ifPresent(p -> p.take(counted));
    return new ConsumerRecords<>(kept, next);
  }

  /** A partition that came into being since has nothing that the run is to read. */
  private long end(TopicPartition partition) {
    return ends.get(partition.topic()).getOrDefault(partition.partition(), 0L);
  }

  // Streams commits what is next: behind the end it would say that what was left out is processed.
  private OffsetAndMetadata atMost(TopicPartition partition, OffsetAndMetadata next) {
    return ends.containsKey(partition.topic()) && next.offset() > end(partition)
        ? new OffsetAndMetadata(end(partition), next.leaderEpoch(), next.metadata())
        : next;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
