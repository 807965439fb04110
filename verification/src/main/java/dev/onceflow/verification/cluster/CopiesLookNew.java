package dev.onceflow.verification.cluster;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The control that has no memory of events: each copy is given an event ID of its own before the
 * job sees it, as if the job could not tell that it has come before. It knows what its process has
 * seen. One thread, as its consumer.
 */
public final class CopiesLookNew implements ConsumerInterceptor<byte[], byte[]> {
  private static final int DIGITS = 6;

  private final Set<String> seen = new HashSet<>();
  private int copies;

  /** For the consumer. */
  public CopiesLookNew() {}

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> all = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> changed = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        changed.add(partition.topic().equals(Topics.PAYMENTS.name()) ? looksNew(record) : record);
      }
      all.put(partition, changed);
    }
    return new ConsumerRecords<>(all, records.nextOffsets());
  }

  private ConsumerRecord<byte[], byte[]> looksNew(ConsumerRecord<byte[], byte[]> record) {
    String id = CloudEventHeaders.id(record.headers());
    if (id == null || record.value() == null || id.length() <= DIGITS || seen.add(id)) {
      return record;
    }
    copies++;
    String other = id.substring(0, id.length() - DIGITS) + "%06x".formatted(copies & 0xFFFFFF);
    RecordHeaders headers = new RecordHeaders();
    for (Header header : record.headers()) {
      headers.add(header.key(), changed(header.value(), id, other));
    }
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        changed(record.value(), id, other),
        headers,
        record.leaderEpoch());
  }

  /** The ID stands in the Avro value as its own text, so that another of its length fits. */
  private static byte[] changed(byte[] bytes, String id, String other) {
    if (bytes == null) {
      return null;
    }
    byte[] from = id.getBytes(StandardCharsets.UTF_8);
    byte[] to = other.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + from.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + from.length, from, 0, from.length)) {
        byte[] copy = bytes.clone();
        System.arraycopy(to, 0, copy, i, to.length);
        return copy;
      }
    }
    return bytes;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void configure(Map<String, ?> config) {}

  @Override
  public void close() {}
}
