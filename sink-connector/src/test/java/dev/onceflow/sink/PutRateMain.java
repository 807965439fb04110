package dev.onceflow.sink;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Measures put() against a real PostgreSQL with fsync on: rows a second of each effect, one task,
 * without Kafka and converters. Prints; asserts nothing. Arguments: records, records a put.
 */
final class PutRateMain {
  private static final long SEED = 42;
  private static final int ACCOUNTS = 10_000;
  private static final int MERCHANTS = 500;
  private static final int TRICKLE = 20;

  private PutRateMain() {}

  public static void main(String[] args) {
    int records = args.length > 0 ? Integer.parseInt(args[0]) : 500_000;
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
    Random random = new Random(SEED);
    long[] versions = new long[ACCOUNTS];
    // As in a day's load: IDs made in the order of time arrive a little out of order.
    List<Integer> ids = nearlySorted(records, random);
    IntFunction<Struct> entries =
        i ->
            Payments.entry(
                ids.get(i),
                i % 2 == 0 ? "MERCHANT" : "CUSTOMER",
                "P" + random.nextInt(MERCHANTS),
                100);
    IntFunction<Struct> merchants =
        i -> Payments.entry(ids.get(i), "MERCHANT", "P" + random.nextInt(MERCHANTS), 100);
    IntFunction<Struct> balances =
        i -> {
          int account = random.nextInt(ACCOUNTS);
          return Payments.balance("ACCOUNT:" + account + ":GBP", ++versions[account], i);
        };
    for (String round : List.of("warm-up", "measured")) {
      measure(round + " insert", "ledger_entries", entries, records, batch);
      measure(round + " upsert", "account_balances", balances, records, batch);
      measure(
          round + " upsert, tombstones delete, none comes",
          "account_balances",
          balances,
          records,
          batch,
          "table.account_balances.delete=true");
      measure(
          round + " upsert, every tenth a tombstone",
          "account_balances",
          i -> i % 10 == 0 ? null : balances.apply(i),
          records,
          batch,
          "table.account_balances.delete=true");
      measure(round + " accumulate", "merchant_daily_totals", merchants, records, batch);
      measure(
          round + " entries to two tables, every second a merchant's",
          "ledger_entries,merchant_daily_totals",
          entries,
          records,
          batch);
    }
  }

  private static List<Integer> nearlySorted(int count, Random random) {
    List<Integer> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(i);
    }
    for (int i = 0; i + 100 < count; i++) {
      Collections.swap(ids, i, i + random.nextInt(100));
    }
    return ids;
  }

  private static void measure(
      String what,
      String tables,
      IntFunction<Struct> values,
      int records,
      int batch,
      String... settings) {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    Map<String, String> config = new HashMap<>(Payments.config(postgres.url()));
    boolean isBalances = tables.equals("account_balances");
    config.put("tables", tables);
    for (String setting : settings) {
      config.put(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    config.put("topics", isBalances ? "account-balances" : "ledger-entries");
    config
        .keySet()
        .removeIf(
            key ->
                key.startsWith("table.")
                    && List.of(tables.split(",")).stream()
                        .noneMatch(table -> key.startsWith("table." + table + ".")));
    TestingTopic topic = new TestingTopic(config.get("topics"), 0);
    for (int i = 0; i < records; i++) {
      Struct value = values.apply(i);
      // Of a key that some record before it had.
      topic.append(
          "ACCOUNT:" + i % ACCOUNTS + ":GBP", value == null ? null : value.schema(), value);
    }
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config, batch);
    worker.assign(Map.of(topic, 0L));
    worker.step();
    List<SinkRecord> all = new ArrayList<>(topic.records.values());
    // A trickle first, as after a quiet night: plans made for it must not serve the flood.
    for (int i = 0; i < TRICKLE; i++) {
      task.put(all.subList(i, i + 1));
    }
    long from = System.nanoTime();
    for (int i = TRICKLE; i < records; i += batch) {
      task.put(all.subList(i, Math.min(records, i + batch)));
    }
    task.put(List.of());
    double seconds = (System.nanoTime() - from) / 1e9;
    task.stop();
    System.out.printf(
        "%-65s %,d records in %.2f s: %,.0f a second%n", what, records, seconds, records / seconds);
  }
}
