package dev.onceflow.sink;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/**
 * Sums of sales in a table that counts each event ID once, remembered for seven days, and two
 * partitions that sales come in.
 */
abstract class MemoryCase {
  static final Duration HORIZON = Duration.ofDays(7);
  static final long TODAY_MS = TestingTopic.TIME_MS;

  /** How many partitions the memory has, of IDs with a time inside and of others. */
  static final String PARTITIONS =
      "SELECT count(*) FROM onceflow.processed_ranges UNION ALL"
          + " SELECT count(*) FROM onceflow.processed_generations";

  private static final String COUNTED = "SELECT coalesce(sum(n), 0) FROM totals";
  private static final String TABLES =
      "CREATE TABLE totals (shop text PRIMARY KEY, amount bigint, n bigint)";

  final TestingTables tables = new TestingTables();
  final TestingTopic sales = new TestingTopic("sales", 0);
  final TestingTopic more = new TestingTopic("sales", 1);

  @BeforeEach
  void totals() {
    tables.postgres.execute(TABLES);
    tables.config.put("dedupe.horizon.ms", String.valueOf(HORIZON.toMillis()));
    tables.table(
        "totals",
        "topic",
        "sales",
        "effect",
        "accumulate",
        "event.id",
        "id",
        "key",
        "shop",
        "sum",
        "amount",
        "count",
        "n");
  }

  static String idOf(long timeMs, long number) {
    return new UUID(timeMs << 16 | 0x7000L, 0x8000000000000000L | number).toString();
  }

  static void sale(TestingTopic topic, String id, int amount) {
    topic.append("k", TestingTables.row("id", id, "shop", "A", "amount", amount));
  }

  long number(String sql) {
    return Long.parseLong(tables.postgres.query(sql));
  }

  String onlyRange() {
    return "onceflow.processed_events_1_"
        + tables.postgres.query("SELECT from_ms / 3600000 FROM onceflow.processed_ranges");
  }

  String counted() {
    return tables.postgres.query(COUNTED);
  }

  static long rejected(TestingWorker worker, String reason) {
    return worker.context.deadLetterReasons.stream()
        .filter(e -> e.getCause().getMessage().contains("{\"reason\":\"" + reason + "\""))
        .count();
  }
}
