package dev.onceflow.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Measures an accumulating effect whose event IDs are remembered, with an empty memory and with one
 * that was filled by SQL over the whole horizon, against a real PostgreSQL with fsync on. Prints;
 * asserts nothing. Arguments: millions of remembered IDs, records a round, rounds.
 */
final class MemoryRateMain {
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();
  private static final Duration HORIZON = Duration.ofDays(7);
  private static final long NOW_MS = TestingTopic.TIME_MS;
  private static final int BATCH = 20_000;
  private static final int MERCHANTS = 500;

  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private final Random random = new Random(42);
  private final int remembered;
  private long fresh;
  private long offset;

  private MemoryRateMain(int remembered) {
    this.remembered = remembered;
  }

  public static void main(String[] args) {
    int millions = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int records = args.length > 1 ? Integer.parseInt(args[1]) : 400_000;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    MemoryRateMain empty = new MemoryRateMain(0);
    MemoryRateMain filled = new MemoryRateMain(millions * 1_000_000);
    empty.fill();
    filled.fill();
    for (int round = 0; round <= rounds; round++) {
      String which = round == 0 ? "warm-up" : "round " + round;
      for (int percent : new int[] {0, 10}) {
        System.out.printf(
            "%s, %d %% duplicates: empty %,.0f a second, %d million IDs %,.0f a second%n",
            which,
            percent,
            empty.measure(records, percent),
            millions,
            filled.measure(records, percent));
      }
    }
  }

  private static UUID id(long timeMs, long number) {
    return new UUID(timeMs << 16 | 0x7000L, 0x8000000000000000L | number);
  }

  /** The sink makes its tables; then partitions as it makes them, with IDs as time goes by. */
  private void fill() {
    postgres.execute(Payments.TABLES);
    measure(BATCH, 0);
    if (remembered == 0) {
      return;
    }
    long from = System.nanoTime();
    long width = (HORIZON.toMillis() / 16 / HOUR_MS + 1) * HOUR_MS;
    long last = NOW_MS / width * width;
    long ranges = HORIZON.toMillis() / width + 1;
    for (long range = ranges; range > 0; range--) {
      fill(last - range * width, width, (int) (remembered / ranges));
    }
    System.out.printf(
        "filled in %.0f s: %s rows, %s with indexes%n",
        (System.nanoTime() - from) / 1e9,
        postgres.query("SELECT count(*) FROM onceflow.processed_events"),
        postgres.query(
            "SELECT pg_size_pretty(sum(pg_total_relation_size(relid)))"
                + " FROM pg_partition_tree('onceflow.processed_events') WHERE isleaf"));
  }

  private void fill(long fromMs, long width, int rows) {
    String table = "onceflow.processed_events_1_" + fromMs / HOUR_MS;
    postgres.execute("CREATE TABLE " + table + " (LIKE onceflow.processed_events_1)");
    postgres.execute(
        ("INSERT INTO %s SELECT 1, (lpad(to_hex(%d + i * %d / %d), 12, '0') || '70008'"
                + " || lpad(to_hex(i), 15, '0'))::uuid, i FROM generate_series(0::bigint, %d) AS i")
            .formatted(table, fromMs, width, rows, rows - 1));
    postgres.execute("ALTER TABLE " + table + " ADD PRIMARY KEY (event_id, effect)");
    postgres.execute(
        "ALTER TABLE onceflow.processed_events_1 ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
            .formatted(table, new UUID(fromMs << 16, 0), new UUID((fromMs + width) << 16, 0)));
    postgres.execute(
        "INSERT INTO onceflow.processed_ranges VALUES (1, %d, %d, %d)"
            .formatted(fromMs, fromMs + width, NOW_MS));
    postgres.execute("VACUUM ANALYZE " + table);
  }

  private double measure(int count, int percent) {
    List<SinkRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean isAgain = fresh > 0 && random.nextInt(100) < percent;
      long number = isAgain ? (long) (random.nextDouble() * fresh) : fresh++;
      records.add(record(id(NOW_MS + number / 100, number), number));
    }
    postgres.execute("CHECKPOINT");
    Map<String, String> config = new HashMap<>(Payments.config(postgres.url()));
    config.put("tables", "merchant_daily_totals");
    config.put("topics", "ledger-entries");
    config.keySet().removeIf(k -> k.startsWith("table.ledger") || k.startsWith("table.account"));
    TestingTopic topic = new TestingTopic("ledger-entries", 0);
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config, BATCH);
    worker.assign(Map.of(topic, 0L));
    worker.step();
    long from = System.nanoTime();
    for (int i = 0; i < count; i += BATCH) {
      task.put(records.subList(i, Math.min(count, i + BATCH)));
    }
    task.put(List.of());
    double seconds = (System.nanoTime() - from) / 1e9;
    task.stop();
    return count / seconds;
  }

  private SinkRecord record(UUID id, long number) {
    Struct value =
        Payments.entry(0, "MERCHANT", "P" + number % MERCHANTS, 100).put("entry_id", id.toString());
    return new SinkRecord(
        "ledger-entries",
        0,
        Schema.STRING_SCHEMA,
        "k",
        value.schema(),
        value,
        offset++,
        NOW_MS,
        TimestampType.CREATE_TIME);
  }
}
