package dev.onceflow.testkit.job;

import dev.onceflow.testkit.record.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A topic that a test reads.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class Output<K, V> {
  private final JobUnderTest job;
  private final String topic;
  private final Deserializer<K> keys;
  private final Deserializer<V> values;

  Output(JobUnderTest job, String topic, Deserializer<K> keys, Deserializer<V> values) {
    this.job = job;
    this.topic = topic;
    this.keys = keys;
    this.values = values;
  }

  /**
   * All that is committed since the job's first start, once it has processed all that was sent. The
   * order is that of the partitions: of one key it is the order of the log.
   */
  public List<Message<K, V>> records() {
    return job.committed(topic).stream().map(this::typed).toList();
  }

  /** The values of {@link #records}. */
  public List<V> values() {
    return records().stream().map(Message::value).toList();
  }

  /** The last value of each key, as a compacted topic keeps it. */
  public Map<K, V> latest() {
    Map<K, V> latest = new LinkedHashMap<>();
    for (Message<K, V> record : records()) {
      if (record.value() == null) {
        latest.remove(record.key());
      } else {
        latest.put(record.key(), record.value());
      }
    }
    return latest;
  }

  private Message<K, V> typed(Message<byte[], byte[]> raw) {
    return new Message<>(
        keys.deserialize(topic, raw.headers(), raw.key()),
        values.deserialize(topic, raw.headers(), raw.value()),
        raw.headers(),
        raw.arrival());
  }
}
