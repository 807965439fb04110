package dev.onceflow.streams.dedupe;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store with a changelog: what was written since the last commit of the Kafka transaction is gone
 * after a crash. What was flushed is on the disk, and is gone all the same: under exactly_once_v2
 * Streams throws away a local store that has no checkpoint.
 */
final class TestingStore<K extends Comparable<K>> implements KeyValueStore<K, byte[]> {
  private NavigableMap<K, byte[]> written = new TreeMap<>();
  private NavigableMap<K, byte[]> onDisk = new TreeMap<>();
  private NavigableMap<K, byte[]> committed = new TreeMap<>();

  void writeToDisk() {
    onDisk = new TreeMap<>(written);
  }

  void commit() {
    writeToDisk();
    committed = new TreeMap<>(written);
  }

  /** Restored from the changelog, which a reader sees as far as it was committed. */
  void restore() {
    written = new TreeMap<>(committed);
    onDisk = new TreeMap<>(committed);
  }

  /** The seeded bug: what an aborted transaction has left on the disk is taken for the state. */
  void restoreFromDisk() {
    written = new TreeMap<>(onDisk);
  }

  @Override
  public byte[] get(K key) {
    return written.get(key);
  }

  @Override
  public void put(K key, byte[] value) {
    if (value == null) {
      written.remove(key);
    } else {
      written.put(key, value);
    }
  }

  @Override
  public byte[] putIfAbsent(K key, byte[] value) {
    return written.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<K, byte[]>> all) {
    all.forEach(each -> put(each.key, each.value));
  }

  @Override
  public byte[] delete(K key) {
    return written.remove(key);
  }

  @Override
  public KeyValueIterator<K, byte[]> range(K from, K to) {
    NavigableMap<K, byte[]> tail = from == null ? written : written.tailMap(from, true);
    return new Snapshot<>(to == null ? tail : tail.headMap(to, true));
  }

  @Override
  public KeyValueIterator<K, byte[]> all() {
    return new Snapshot<>(written);
  }

  @Override
  public long approximateNumEntries() {
    return written.size();
  }

  @Override
  public String name() {
    return "testing";
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** Sees what was there when it was made, as an iterator of RocksDB does. */
  private static final class Snapshot<K> implements KeyValueIterator<K, byte[]> {
    private final Iterator<Map.Entry<K, byte[]>> entries;

    Snapshot(NavigableMap<K, byte[]> entries) {
      this.entries = new TreeMap<>(entries).entrySet().iterator();
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public KeyValue<K, byte[]> next() {
      Map.Entry<K, byte[]> next = entries.next();
      return KeyValue.pair(next.getKey(), next.getValue());
    }

    @Override
    public K peekNextKey() {
      throw new UnsupportedOperationException("nothing here needs it");
    }

    @Override
    public void close() {}
  }
}
