package dev.onceflow.streams.dedupe;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * How what a handler emits to a sink becomes bytes. It happens before anything is written, so that
 * neither a serializer that fails nor a record that is too large leaves half of an event's effects;
 * the sink itself writes bytes as they are.
 *
 * @param topic the sink's topic, which serializers may want to know
 * @param keys makes bytes of keys
 * @param values makes bytes of values
 * @param <K> type of the keys
 * @param <T> type of the values
 */
public record Output<K, T>(String topic, Serializer<K> keys, Serializer<T> values) {
  // Which types a node or a store gets is known to whoever built the topology.
  @SuppressWarnings("unchecked")
  byte[] key(Object key, Headers headers) {
    return keys.serialize(topic, headers, (K) key);
  }

  @SuppressWarnings("unchecked")
  byte[] value(Object value, Headers headers) {
    return values.serialize(topic, headers, (T) value);
  }
}
