package dev.onceflow.sink;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.TargetTable;
import dev.onceflow.sink.record.RowEncoder;
import dev.onceflow.sink.record.ValueSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Measures the encoding of ledger entries alone: nanoseconds a row. Prints; asserts nothing. */
final class EncodeRateMain {
  private static final int ROWS = 20_000;
  private static final int ROUNDS = 300;

  private EncodeRateMain() {}

  public static void main(String[] args) throws SQLException {
    TestingPostgres postgres = TestingPostgres.freshDatabase();
    postgres.execute(Payments.TABLES);
    SinkRecord[] records = new SinkRecord[ROWS];
    for (int i = 0; i < ROWS; i++) {
      Struct entry = Payments.entry(i, "MERCHANT", "P" + i % 100, 100);
      records[i] =
          new SinkRecord(
              "t",
              0,
              Schema.STRING_SCHEMA,
              "k",
              entry.schema(),
              entry,
              i,
              0L,
              TimestampType.CREATE_TIME);
    }
    RowEncoder encoder = encoder(postgres, records[0]);
    CopyBuffer buffer = new CopyBuffer();
    for (int round = 1; round <= ROUNDS; round++) {
      long start = System.nanoTime();
      buffer.clear();
      for (SinkRecord record : records) {
        buffer.beginRow(1);
        encoder.encode(record, buffer);
      }
      if (round % (ROUNDS / 5) == 0) {
        System.out.printf(
            "%d ns a row of %d bytes%n", (System.nanoTime() - start) / ROWS, buffer.size() / ROWS);
      }
    }
  }

  private static RowEncoder encoder(TestingPostgres postgres, SinkRecord sample)
      throws SQLException {
    try (Connection connection = postgres.connect()) {
      TargetTable table = Catalogue.describe(connection, "ledger_entries").orElseThrow();
      List<String> names =
          table.columns().stream()
              .map(column -> column.name())
              .filter(name -> sample.valueSchema().field(name) != null)
              .toList();
      return RowEncoder.of(
          new RowEncoder.Layout(
              table.name(),
              names.stream().map(name -> table.column(name).orElseThrow()).toList(),
              names.stream().<ValueSource>map(ValueSource.Field::new).toList(),
              Set.of(),
              Optional.empty()),
          sample);
    }
  }
}
