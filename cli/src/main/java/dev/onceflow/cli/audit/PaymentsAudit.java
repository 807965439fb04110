package dev.onceflow.cli.audit;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Audits the payments pipeline: {@code ledger-entries} against {@code ledger_entries}, the latest
 * {@code account-balances} against {@code account_balances} and against the sum of each account's
 * entries, {@code merchant_daily_totals} against what the entries add up to, and the sum of all
 * verdicts against the input. The tables are read in one repeatable-read snapshot, the topics read
 * committed up to the fence in that snapshot, so it may run beside live load; the sum of verdicts
 * is exact once the input is drained.
 */
public final class PaymentsAudit {
  private final Map<String, Object> clientConfig;
  private final AvroSerdes serdes;
  private final String jdbcUrl;
  private final String sink;
  private final String verdictsTopic;

  /**
   * @param clientConfig {@code bootstrap.servers}, {@code schema.registry.url} and whatever else
   *     clients and serdes need
   * @param jdbcUrl the target database, with user and password
   * @param sink the sink's name in the fence table
   * @param verdictsTopic where the job keeps its counts of verdicts
   */
  public PaymentsAudit(
      Map<String, ?> clientConfig, String jdbcUrl, String sink, String verdictsTopic) {
    this.clientConfig = Map.copyOf(clientConfig);
    this.serdes = new AvroSerdes(clientConfig);
    this.jdbcUrl = jdbcUrl;
    this.sink = sink;
    this.verdictsTopic = verdictsTopic;
  }

  /**
   * Reads everything and compares.
   *
   * @throws UserException if a topic or table can't be read up to the cut
   */
  public AuditReport run() {
    try (Connection snapshot = DriverManager.getConnection(jdbcUrl)) {
      snapshot.setAutoCommit(false);
      snapshot.setReadOnly(true);
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Map<TopicPartition, Long> fence = fence(snapshot);
      CompletableFuture<Conservation> sum = CompletableFuture.supplyAsync(this::conservation);
      LedgerBook book = new LedgerBook();
      read(Topics.LEDGER_ENTRIES, fence, LedgerEntry.class, entry -> book.add(entry));
      Map<String, AccountBalance> balances = new HashMap<>();
      AtomicLong balanceRecords = new AtomicLong();
      read(
          Topics.ACCOUNT_BALANCES,
          fence,
          AccountBalance.class,
          balance -> {
            balanceRecords.incrementAndGet();
            balances.put(balance.getAccount(), balance);
          });
      Comparison entries = entries(snapshot, fence);
      Comparison latest = balances(snapshot, balances);
      Comparison totals = totals(snapshot, book);
      Conservation conservation = joined(sum);
      Map<String, Long> topics = new LinkedHashMap<>();
      topics.put(Topics.PAYMENTS.name(), conservation.inPayments());
      topics.put(Topics.LEDGER_ENTRIES.name(), entries.expected());
      topics.put(Topics.ACCOUNT_BALANCES.name(), balanceRecords.get());
      topics.put(Topics.PAYMENTS_REJECTED.name(), conservation.inRejected());
      topics.put(Topics.PAYMENTS_QUARANTINE.name(), conservation.inQuarantine());
      topics.put(Topics.PAYMENTS_DLQ.name(), conservation.inDlq());
      Map<String, Long> tables = new LinkedHashMap<>();
      tables.put("ledger_entries", entries.found());
      tables.put("account_balances", latest.found());
      tables.put("merchant_daily_totals", totals.found());
      return new AuditReport(
          printable(fence),
          topics,
          tables,
          List.of(entries, latest, books(book, balances), totals),
          List.copyOf(book.sumsByCurrency().values()),
          conservation);
    } catch (SQLException e) {
      throw new UserException("The target database can't be read: " + e.getMessage(), e);
    }
  }

  private Map<TopicPartition, Long> fence(Connection snapshot) throws SQLException {
    Map<TopicPartition, Long> fence = new HashMap<>();
    try (PreparedStatement query =
        snapshot.prepareStatement(
            "SELECT topic, partition, next_offset FROM onceflow.fence WHERE sink = ? AND run = ''")) {
      query.setString(1, sink);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          fence.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
        }
      }
    }
    return fence;
  }

  private Comparison entries(Connection snapshot, Map<TopicPartition, Long> fence) {
    return Comparison.of(
        "ledger-entries = ledger_entries",
        action ->
            read(
                Topics.LEDGER_ENTRIES,
                fence,
                LedgerEntry.class,
                entry -> action.accept(new AuditRow(entry.getEntryId(), Content.of(entry)))),
        new TableRows(
            snapshot,
            "SELECT * FROM ledger_entries",
            row -> row.getString("entry_id"),
            Content::ofLedgerEntry));
  }

  private Comparison balances(Connection snapshot, Map<String, AccountBalance> balances) {
    return Comparison.of(
        "account-balances = account_balances",
        action ->
            balances.forEach(
                (account, balance) -> action.accept(new AuditRow(account, Content.of(balance)))),
        new TableRows(
            snapshot,
            "SELECT * FROM account_balances",
            row -> row.getString("account"),
            Content::ofAccountBalance));
  }

  private Comparison books(LedgerBook book, Map<String, AccountBalance> balances) {
    return Comparison.of(
        "sum of each account's entries = account-balances",
        book::forEachAccount,
        action ->
            balances.forEach(
                (account, balance) ->
                    action.accept(
                        new AuditRow(
                            account,
                            Content.balance(balance.getBalanceMinor(), balance.getVersion())))));
  }

  private Comparison totals(Connection snapshot, LedgerBook book) {
    return Comparison.of(
        "sum of each merchant's day = merchant_daily_totals",
        book::forEachMerchantDay,
        new TableRows(
            snapshot,
            "SELECT * FROM merchant_daily_totals",
            row ->
                Content.merchantDay(
                    row.getString("merchant_id"), row.getString("day"), row.getString("currency")),
            row -> Content.totals(row.getLong("entries"), row.getLong("amount_minor"))));
  }

  private Conservation conservation() {
    return Conservation.of(
        verdicts().values(),
        records(Topics.PAYMENTS),
        records(Topics.PAYMENTS_REJECTED),
        records(Topics.PAYMENTS_QUARANTINE),
        records(Topics.PAYMENTS_DLQ));
  }

  /** The job's latest committed counts, by input partition as the store's key has it. */
  private Map<Integer, VerdictCounts> verdicts() {
    Deserializer<VerdictCounts> deserializer = serdes.deserializer(VerdictCounts.class);
    CommittedTopic topic = new CommittedTopic(verdictsTopic, clientConfig);
    Map<Integer, VerdictCounts> latest = new HashMap<>();
    topic.read(
        topic.end(),
        record ->
            latest.put(
                record.partition(), deserializer.deserialize(verdictsTopic, record.value())));
    return latest;
  }

  private long records(Topic topic) {
    AtomicLong records = new AtomicLong();
    CommittedTopic committed = new CommittedTopic(topic.name(), clientConfig);
    committed.read(committed.end(), record -> records.incrementAndGet());
    return records.get();
  }

  private <T extends SpecificRecord> void read(
      Topic topic, Map<TopicPartition, Long> fence, Class<T> type, Consumer<T> action) {
    Deserializer<T> deserializer = serdes.deserializer(type);
    Map<TopicPartition, Long> cut = new HashMap<>(fence);
    cut.keySet().removeIf(partition -> !partition.topic().equals(topic.name()));
    Consumer<ConsumerRecord<byte[], byte[]>> decoded =
        record -> action.accept(deserializer.deserialize(topic.name(), record.value()));
    new CommittedTopic(topic.name(), clientConfig).read(cut, decoded);
  }

  private static <T> T joined(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserException expected ? expected : e;
    }
  }

  private static Map<String, Long> printable(Map<TopicPartition, Long> fence) {
    Map<String, Long> cut = new TreeMap<>();
    fence.forEach((partition, offset) -> cut.put(partition.toString(), offset));
    return cut;
  }
}
