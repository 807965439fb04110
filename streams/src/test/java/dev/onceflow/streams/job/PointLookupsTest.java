package dev.onceflow.streams.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Filter;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** Misses are answered by Bloom filters, on the lowest level too, where nearly all keys lie. */
class PointLookupsTest {
  private static final int KEYS = 20_000;

  @Test
  void aMissIsAnsweredByABloomFilterOnTheLowestLevel(@TempDir Path folder) throws Exception {
    // With the ten bits that Streams gives a key, 200 are not.
    assertThat(missesThatAFilterAnswered(folder, new PointLookups())).isGreaterThan(KEYS - 60);
  }

  /** The control: as Streams sets RocksDB up. */
  @Test
  void withoutItNoFilterAnswersThere(@TempDir Path folder) throws Exception {
    RocksDBConfigSetter nothing =
        new RocksDBConfigSetter() {
          @Override
          public void setConfig(String name, Options options, Map<String, Object> configs) {}

          @Override
          public void close(String name, Options options) {}
        };

    assertThat(missesThatAFilterAnswered(folder, nothing)).isZero();
  }

  // The options are those of Streams' RocksDBStore.openDB, then the setter's.
  private static long missesThatAFilterAnswered(Path folder, RocksDBConfigSetter setter)
      throws RocksDBException {
    RocksDB.loadLibrary();
    try (Options options = new Options();
        Filter filter = new org.rocksdb.BloomFilter();
        Statistics statistics = new Statistics()) {
      BlockBasedTableConfig table = new BlockBasedTableConfig();
      table.setFilterPolicy(filter);
      options.optimizeFiltersForHits();
      options.setTableFormatConfig(table);
      options.setOptimizeFiltersForHits(true);
      options.setCreateIfMissing(true);
      options.setStatistics(statistics);
      setter.setConfig("memory", options, Map.of(StreamsConfig.APPLICATION_ID_CONFIG, "test"));
      try (RocksDB db = RocksDB.open(options, folder.toString())) {
        for (int i = 0; i < KEYS; i++) {
          db.put(key(2 * i), new byte[17]);
        }
        db.compactRange();
        for (int i = 0; i < KEYS; i++) {
          assertThat(db.get(key(2 * i + 1))).isNull();
        }
      }
      return statistics.getTickerCount(TickerType.BLOOM_FILTER_USEFUL);
    }
  }

  private static byte[] key(int number) {
    return Bytes.wrap(ByteBuffer.allocate(16).putInt(12, number).array()).get();
  }
}
