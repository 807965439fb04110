package dev.onceflow.streams.dedupe;

import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * A persistent store that a handler reads, and writes by {@link Effect.Put}. What is put is
 * measured before anything of the event is written: a value that the changelog's topic refuses
 * would fail the job, and again when the event is read again.
 *
 * @param name the store's name, part of its changelog's
 * @param keys makes bytes of keys, in any thread
 * @param values makes bytes of values, in any thread
 * @param <K> type of the keys
 * @param <T> type of the values
 */
public record HandlerStore<K, T>(String name, Serde<K> keys, Serde<T> values) {
  StoreBuilder<KeyValueStore<K, T>> builder() {
    // Not cached: each event changes a key of its own, mostly.
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values)
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  Output<K, T> changelog(String applicationId) {
    return new Output<>(
        applicationId + "-" + name + "-changelog", keys.serializer(), values.serializer());
  }
}
