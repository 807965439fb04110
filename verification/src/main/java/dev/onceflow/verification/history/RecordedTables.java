package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.verification.checker.DailySum;
import dev.onceflow.verification.checker.Log;
import dev.onceflow.verification.checker.Tables;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tables of the payments pipeline in one snapshot, which begins when this is opened and ends
 * when it is closed. Rows are read as they are asked for. For one thread.
 */
public final class RecordedTables implements AutoCloseable {
  private static final int FETCH_ROWS = 5_000;

  private final Connection connection;
  private final Tables tables;

  private interface Row<R> {
    R of(ResultSet row) throws SQLException;
  }

  private RecordedTables(Connection connection, Map<String, Long> fences) {
    this.connection = connection;
    this.tables =
        new Tables(
            log("SELECT * FROM ledger_entries", RecordedTables::entry),
            log("SELECT * FROM account_balances", RecordedTables::balance),
            log("SELECT * FROM merchant_daily_totals", RecordedTables::day),
            fences);
  }

  /**
   * Begins the snapshot.
   *
   * @param sink the name in the fence table
   */
  public static RecordedTables open(String jdbcUrl, String sink) throws SQLException {
    Connection connection = DriverManager.getConnection(jdbcUrl);
    try {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return new RecordedTables(connection, fences(connection, sink));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** What the tables hold, until this is closed. */
  public Tables tables() {
    return tables;
  }

  private static Map<String, Long> fences(Connection connection, String sink) throws SQLException {
    Map<String, Long> fences = new HashMap<>();
    try (Statement there = connection.createStatement();
        ResultSet table = there.executeQuery("SELECT to_regclass('onceflow.fence')")) {
      table.next();
      if (table.getString(1) == null) {
        return fences;
      }
    }
    String query =
        "SELECT topic, partition, next_offset FROM onceflow.fence WHERE sink = ? AND run = ''";
    try (var statement = connection.prepareStatement(query)) {
      statement.setString(1, sink);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          fences.put(row.getString(1) + '-' + row.getInt(2), row.getLong(3));
        }
      }
    }
    return fences;
  }

  private <R> Log<R> log(String query, Row<R> reading) {
    return action -> read(query, reading, action);
  }

  private <R> void read(String query, Row<R> reading, Consumer<R> action) {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet row = statement.executeQuery(query)) {
        while (row.next()) {
          action.accept(reading.of(row));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The tables can't be read: " + query, e);
    }
  }

  private static LedgerEntry entry(ResultSet row) throws SQLException {
    return new LedgerEntry(
        row.getString("entry_id"),
        row.getString("event_id"),
        row.getString("payment_id"),
        row.getString("account"),
        AccountType.valueOf(row.getString("account_type")),
        row.getString("party_id"),
        PaymentKind.valueOf(row.getString("kind")),
        row.getString("currency"),
        row.getLong("amount_minor"),
        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
        row.getObject("booked_on", LocalDate.class));
  }

  private static AccountBalance balance(ResultSet row) throws SQLException {
    return new AccountBalance(
        row.getString("account"),
        AccountType.valueOf(row.getString("account_type")),
        row.getString("party_id"),
        row.getString("currency"),
        row.getLong("balance_minor"),
        row.getBigDecimal("balance"),
        row.getLong("version"),
        row.getString("last_entry_id"),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private static DailySum day(ResultSet row) throws SQLException {
    return new DailySum(
        row.getString("merchant_id"),
        row.getObject("day", LocalDate.class),
        row.getString("currency"),
        row.getLong("entries"),
        row.getLong("amount_minor"));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
