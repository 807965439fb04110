package dev.onceflow.sink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Measures inserts of which some are duplicates, into a table that COPY can reach directly and into
 * one that it can't, for it has a rule (which never fires), against a real PostgreSQL with fsync
 * on. Prints; asserts nothing. Arguments: records a round, rounds.
 */
final class DuplicateRateMain {
  private static final int BATCH = 5_000;
  private static final double[] PERCENTS = {0, 0.001, 0.01, 0.1, 1, 10, 50};

  private final Random random = new Random(42);
  private final TestingPostgres postgres = TestingPostgres.freshDatabase();
  private long fresh;
  private long offset;

  private DuplicateRateMain(boolean isDirect) {
    postgres.execute(Payments.TABLES);
    if (!isDirect) {
      postgres.execute(
          "CREATE RULE never AS ON DELETE TO ledger_entries WHERE false DO INSTEAD NOTHING");
    }
  }

  public static void main(String[] args) {
    int records = args.length > 0 ? Integer.parseInt(args[0]) : 400_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    DuplicateRateMain direct = new DuplicateRateMain(true);
    DuplicateRateMain staged = new DuplicateRateMain(false);
    direct.measure(records, 0);
    staged.measure(records, 0);
    for (int round = 1; round <= rounds; round++) {
      for (double percent : PERCENTS) {
        System.out.printf(
            "round %d, %s %% duplicates: direct where possible %,.0f a second, staged %,.0f a second%n",
            round, percent, direct.measure(records, percent), staged.measure(records, percent));
      }
    }
  }

  private double measure(int count, double percent) {
    List<SinkRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean isAgain = fresh > 0 && random.nextDouble() * 100 < percent;
      // Of late, as copies of a producer's retry are.
      records.add(record(isAgain ? Math.max(0, fresh - 1 - random.nextInt(100_000)) : fresh++));
    }
    postgres.execute("CHECKPOINT");
    Map<String, String> config = new HashMap<>(Payments.config(postgres.url()));
    config.put("tables", "ledger_entries");
    config.put("topics", "ledger-entries");
    config.keySet().removeIf(k -> k.startsWith("table.merch") || k.startsWith("table.account"));
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config, BATCH);
    worker.assign(Map.of(new TestingTopic("ledger-entries", 0), 0L));
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

  private SinkRecord record(long number) {
    Struct value = Payments.entry(number, "MERCHANT", "P" + number % 500, 100);
    return new SinkRecord(
        "ledger-entries",
        0,
        Schema.STRING_SCHEMA,
        "k",
        value.schema(),
        value,
        offset++,
        TestingTopic.TIME_MS,
        TimestampType.CREATE_TIME);
  }
}
