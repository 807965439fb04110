package dev.onceflow.verification.history;

import dev.onceflow.verification.checker.Effects;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads the effects that stand in the tables of the target database. */
public final class RecordedEffects {
  private RecordedEffects() {}

  /** Every row of every table, in one snapshot. */
  public static Effects in(String jdbcUrl) throws SQLException {
    Effects effects = new Effects();
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(5_000);
        try (ResultSet row = statement.executeQuery("SELECT * FROM ledger_entries")) {
          while (row.next()) {
            effects.entry(
                row.getString("event_id"),
                row.getString("payment_id"),
                row.getString("account"),
                row.getString("currency"),
                row.getLong("amount_minor"));
          }
        }
        try (ResultSet row = statement.executeQuery("SELECT * FROM account_balances")) {
          while (row.next()) {
            effects.balance(
                row.getString("account"), row.getLong("balance_minor"), row.getLong("version"));
          }
        }
        try (ResultSet row = statement.executeQuery("SELECT * FROM merchant_daily_totals")) {
          while (row.next()) {
            effects.merchantDay(
                row.getString("merchant_id"),
                row.getString("day"),
                row.getString("currency"),
                row.getLong("entries"),
                row.getLong("amount_minor"));
          }
        }
      }
    }
    return effects;
  }
}
