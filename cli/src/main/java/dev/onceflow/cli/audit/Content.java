package dev.onceflow.cli.audit;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** The form in which both sides write a row's content: each pair below must write alike. */
final class Content {
  private static final char SEPARATOR = '|';

  private Content() {}

  static String of(LedgerEntry entry) {
    return join(
        entry.getEventId(),
        entry.getPaymentId(),
        entry.getAccount(),
        entry.getAccountType(),
        entry.getPartyId(),
        entry.getKind(),
        entry.getCurrency(),
        entry.getAmountMinor(),
        entry.getOccurredAt(),
        entry.getBookedOn());
  }

  static String ofLedgerEntry(ResultSet row) throws SQLException {
    return join(
        row.getString("event_id"),
        row.getString("payment_id"),
        row.getString("account"),
        row.getString("account_type"),
        row.getString("party_id"),
        row.getString("kind"),
        row.getString("currency"),
        row.getLong("amount_minor"),
        instant(row, "occurred_at"),
        row.getString("booked_on"));
  }

  static String of(AccountBalance balance) {
    return join(
        balance.getAccountType(),
        balance.getPartyId(),
        balance.getCurrency(),
        balance.getBalanceMinor(),
        plain(balance.getBalance()),
        balance.getVersion(),
        balance.getLastEntryId(),
        balance.getUpdatedAt());
  }

  static String ofAccountBalance(ResultSet row) throws SQLException {
    return join(
        row.getString("account_type"),
        row.getString("party_id"),
        row.getString("currency"),
        row.getLong("balance_minor"),
        plain(row.getBigDecimal("balance")),
        row.getLong("version"),
        row.getString("last_entry_id"),
        instant(row, "updated_at"));
  }

  static String balance(long balanceMinor, long entries) {
    return join(balanceMinor, entries);
  }

  static String merchantDay(String merchantId, String day, String currency) {
    return join(merchantId, day, currency);
  }

  static String totals(long entries, long amountMinor) {
    return join(entries, amountMinor);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static String plain(BigDecimal number) {
    return number == null ? "null" : number.stripTrailingZeros().toPlainString();
  }

  // Fields come from a producer and may hold the separator, so it is escaped: two different rows
  // must never read alike.
  private static String join(Object... fields) {
    StringBuilder joined = new StringBuilder(160);
    for (Object field : fields) {
      String text = String.valueOf(field);
      if (text.indexOf(SEPARATOR) >= 0 || text.indexOf('\\') >= 0) {
        text = text.replace("\\", "\\\\").replace("|", "\\|");
      }
      joined.append(text).append(SEPARATOR);
    }
    return joined.toString();
  }
}
