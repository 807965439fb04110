package dev.onceflow.testkit.job;

import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A topic that a test sends to.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class Input<K, V> {
  private final JobUnderTest job;
  private final String topic;
  private final Serializer<K> keys;
  private final Serializer<V> values;

  Input(JobUnderTest job, String topic, Serializer<K> keys, Serializer<V> values) {
    this.job = job;
    this.topic = topic;
    this.keys = keys;
    this.values = values;
  }

  /** Sends these records in this order. */
  public void send(List<Message<K, V>> records) {
    records.forEach(this::send);
  }

  /** Sends a record. */
  public void send(Message<K, V> record) {
    // Serializers may add headers; the test's own record stays as it is.
    RecordHeaders headers = new RecordHeaders(record.headers());
    byte[] key = keys.serialize(topic, headers, record.key());
    byte[] value = values.serialize(topic, headers, record.value());
    job.send(topic, new Message<>(key, value, headers, record.arrival()));
  }

  /** Sends bytes that no serializer would write. */
  public void sendPoison(byte[] key, byte[] value) {
    sendPoison(Message.of(key, value));
  }

  /** The same with headers, or late. */
  public void sendPoison(Message<byte[], byte[]> record) {
    job.send(topic, record);
  }

  /** Sends again what was set aside. */
  public void redrive(SetAsideRecord record) {
    job.send(topic, record.redriven());
  }

  /** Sends again, as one that was not seen, an event that memory can't prove to be new. */
  public void release(SetAsideRecord record) {
    job.send(topic, record.released(job.now()));
  }
}
