package dev.onceflow.sink;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.postgresql.PGConnection;

/**
 * Measures put() with raw Avro bytes beside binary COPY of the same rows into the same table, one
 * after the other on one PostgreSQL with fsync on. Prints; asserts nothing. Arguments: records,
 * rounds.
 */
final class AvroRateMain {
  private static final int BATCH = 20_000;
  private static final Schema ENTRY =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "LedgerEntry", "fields": [
                {"name": "entry_id", "type": {"type": "string", "logicalType": "uuid"}},
                {"name": "event_id", "type": "string"},
                {"name": "payment_id", "type": "string"},
                {"name": "account", "type": "string"},
                {"name": "account_type", "type": "string"},
                {"name": "party_id", "type": "string"},
                {"name": "kind", "type": "string"},
                {"name": "currency", "type": "string"},
                {"name": "amount_minor", "type": "long"},
                {"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "booked_on", "type": {"type": "int", "logicalType": "date"}}]}""");

  private AvroRateMain() {}

  public static void main(String[] args) throws Exception {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 500_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    try (TestingRegistry registry = new TestingRegistry()) {
      List<SinkRecord> records = records(count, registry.register(ENTRY));
      TestingPostgres postgres = TestingPostgres.freshDatabase();
      postgres.execute(Payments.TABLES);
      Map<String, String> config = Payments.config(postgres.url());
      config.put("tables", "ledger_entries");
      config.put("topics", "ledger-entries");
      config.put("avro.registry.url", registry.url());
      config.keySet().removeIf(k -> k.startsWith("table.account") || k.startsWith("table.merch"));
      for (int round = 0; round <= rounds; round++) {
        double sink = sink(config, records);
        double copy = copy(postgres, count);
        System.out.printf(
            "%s: raw Avro %,.0f a second, binary COPY %,.0f a second: %.0f %%%n",
            round == 0 ? "warm-up" : "round " + round, sink, copy, 100 * sink / copy);
        postgres.execute("TRUNCATE ledger_entries; DELETE FROM onceflow.fence; CHECKPOINT");
      }
    }
  }

  private static List<SinkRecord> records(int count, int schemaId) {
    Random random = new Random(42);
    List<SinkRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String party = "P" + random.nextInt(500);
      GenericRecord entry =
          new GenericRecordBuilder(ENTRY)
              .set("entry_id", Payments.id(i).toString())
              .set("event_id", "event-" + i)
              .set("payment_id", "payment-" + i / 4)
              .set("account", "MERCHANT:" + party + ":GBP")
              .set("account_type", "MERCHANT")
              .set("party_id", party)
              .set("kind", "CAPTURE")
              .set("currency", "GBP")
              .set("amount_minor", 100L + i)
              .set("occurred_at", TestingTopic.TIME_MS)
              .set("booked_on", 19_000)
              .build();
      records.add(
          new SinkRecord(
              "ledger-entries",
              0,
              org.apache.kafka.connect.data.Schema.STRING_SCHEMA,
              "k",
              org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA,
              TestingRegistry.encoded(schemaId, ENTRY, entry),
              i,
              TestingTopic.TIME_MS,
              TimestampType.CREATE_TIME));
    }
    return records;
  }

  private static double sink(Map<String, String> config, List<SinkRecord> records) {
    OnceflowSinkTask task = new OnceflowSinkTask();
    TestingWorker worker = new TestingWorker(task, config, BATCH);
    worker.assign(Map.of(new TestingTopic("ledger-entries", 0), 0L));
    worker.step();
    long from = System.nanoTime();
    for (int i = 0; i < records.size(); i += BATCH) {
      task.put(records.subList(i, Math.min(records.size(), i + BATCH)));
    }
    task.put(List.of());
    double seconds = (System.nanoTime() - from) / 1e9;
    task.stop();
    return records.size() / seconds;
  }

  /** The table's own rows, written into it again in one COPY and one transaction. */
  private static double copy(TestingPostgres postgres, int count) throws Exception {
    try (Connection connection = postgres.connect()) {
      ByteArrayOutputStream rows = new ByteArrayOutputStream();
      PGConnection server = connection.unwrap(PGConnection.class);
      server.getCopyAPI().copyOut("COPY ledger_entries TO STDOUT (FORMAT binary)", rows);
      postgres.execute("TRUNCATE ledger_entries; CHECKPOINT");
      long from = System.nanoTime();
      long copied =
          server
              .getCopyAPI()
              .copyIn(
                  "COPY ledger_entries FROM STDIN (FORMAT binary)",
                  new ByteArrayInputStream(rows.toByteArray()),
                  1 << 16);
      double seconds = (System.nanoTime() - from) / 1e9;
      if (copied != count) {
        throw new IllegalStateException(copied + " rows instead of " + count);
      }
      return count / seconds;
    }
  }
}
