package dev.onceflow.streams.dedupe;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueStore;

/** One thing that a decision does, carried out by {@link Dedupe} after the handler has returned. */
public sealed interface Effect {
  /**
   * Sends a record on, with the input record's timestamp.
   *
   * @param to the node that gets it
   * @param key its key
   * @param value its value
   * @param headers its headers, all of them
   */
  record Emit(String to, Object key, Object value, Headers headers) implements Effect {
    /** A record without headers. */
    public Emit(String to, Object key, Object value) {
      this(to, key, value, new RecordHeaders());
    }
  }

  /**
   * Writes to a state store.
   *
   * @param store the handler's store
   * @param key the key
   * @param value the value, null deletes
   * @param <K> type of the keys
   * @param <V> type of the values
   */
  record Put<K, V>(KeyValueStore<K, V> store, K key, V value) implements Effect {
    void run() {
      store.put(key, value);
    }
  }
}
