package dev.onceflow.sink;

import java.math.BigDecimal;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/** Tables, configuration and records like those of the payments pipeline. */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class Payments {
  static final Schema ENTRY =
      SchemaBuilder.struct()
          .name("LedgerEntry")
          .field("entry_id", Schema.STRING_SCHEMA)
          .field("event_id", Schema.STRING_SCHEMA)
          .field("payment_id", Schema.STRING_SCHEMA)
          .field("account", Schema.STRING_SCHEMA)
          .field("account_type", Schema.STRING_SCHEMA)
          .field("party_id", Schema.STRING_SCHEMA)
          .field("kind", Schema.STRING_SCHEMA)
          .field("currency", Schema.STRING_SCHEMA)
          .field("amount_minor", Schema.INT64_SCHEMA)
          .field("occurred_at", Timestamp.SCHEMA)
          .field("booked_on", org.apache.kafka.connect.data.Date.SCHEMA)
          .build();
  static final Schema BALANCE =
      SchemaBuilder.struct()
          .name("AccountBalance")
          .field("account", Schema.STRING_SCHEMA)
          .field("account_type", Schema.STRING_SCHEMA)
          .field("party_id", Schema.STRING_SCHEMA)
          .field("currency", Schema.STRING_SCHEMA)
          .field("balance_minor", Schema.INT64_SCHEMA)
          .field("balance", Decimal.schema(4))
          .field("version", Schema.INT64_SCHEMA)
          .field("last_entry_id", Schema.STRING_SCHEMA)
          .field("updated_at", Timestamp.SCHEMA)
          .build();
  static final String TABLES =
      """
      CREATE TABLE ledger_entries (
        entry_id uuid PRIMARY KEY, event_id text, payment_id text, account text, account_type text,
        party_id text, kind text, currency text, amount_minor bigint, occurred_at timestamptz,
        booked_on date);
      CREATE TABLE account_balances (
        account text PRIMARY KEY, account_type text, party_id text, currency text,
        balance_minor bigint, balance numeric(28, 4), version bigint, last_entry_id uuid,
        updated_at timestamptz);
      CREATE TABLE merchant_daily_totals (
        merchant_id text, day date, currency text, entries bigint, amount_minor bigint,
        PRIMARY KEY (merchant_id, day, currency));""";

  private static final long DAY_MS = 86_400_000L;

  private Payments() {}

  static Map<String, String> config(String url) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "payments-sink");
    config.put("topics", "ledger-entries,account-balances");
    config.put("connection.url", url);
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("topic.identity", "unchecked");
    config.put("fence.initial", "earliest");
    config.put("retry.backoff.ms", "10");
    config.put("retry.backoff.max.ms", "50");
    config.put("tables", "ledger_entries,account_balances,merchant_daily_totals");
    config.put("table.ledger_entries.topic", "ledger-entries");
    config.put("table.ledger_entries.effect", "insert");
    config.put("table.ledger_entries.event.id", "field:entry_id");
    config.put("table.account_balances.topic", "account-balances");
    config.put("table.account_balances.effect", "upsert");
    config.put("table.account_balances.key", "account");
    config.put("table.account_balances.version", "version");
    config.put("table.merchant_daily_totals.topic", "ledger-entries");
    config.put("table.merchant_daily_totals.effect", "accumulate");
    config.put("table.merchant_daily_totals.event.id", "field:entry_id");
    config.put("table.merchant_daily_totals.when", "account_type=MERCHANT");
    config.put("table.merchant_daily_totals.key", "merchant_id=party_id,day=booked_on,currency");
    config.put("table.merchant_daily_totals.sum", "amount_minor");
    config.put("table.merchant_daily_totals.count", "entries");
    return config;
  }

  static UUID id(long number) {
    return new UUID((number << 16) | 0x7000L, 0x8000000000000000L | number);
  }

  /** An entry of merchant M{@code merchant}. */
  static Struct entry(long id, int merchant, long amountMinor) {
    return entry(id, "MERCHANT", "M" + merchant, amountMinor);
  }

  static Struct entry(long id, String type, String party, long amountMinor) {
    return new Struct(ENTRY)
        .put("entry_id", id(id).toString())
        .put("event_id", "event-" + id)
        .put("payment_id", "payment-" + id / 4)
        .put("account", type + ":" + party + ":GBP")
        .put("account_type", type)
        .put("party_id", party)
        .put("kind", "CAPTURE")
        .put("currency", "GBP")
        .put("amount_minor", amountMinor)
        .put("occurred_at", new Date(TestingTopic.TIME_MS))
        .put("booked_on", new Date(TestingTopic.TIME_MS / DAY_MS * DAY_MS));
  }

  static Struct balance(String account, long version, long balanceMinor) {
    return new Struct(BALANCE)
        .put("account", account)
        .put("account_type", "MERCHANT")
        .put("party_id", account)
        .put("currency", "GBP")
        .put("balance_minor", balanceMinor)
        .put("balance", BigDecimal.valueOf(balanceMinor * 100, 4))
        .put("version", version)
        .put("last_entry_id", id(version).toString())
        .put("updated_at", new Date(TestingTopic.TIME_MS));
  }
}
