package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Effects;
import dev.onceflow.verification.checker.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what the payments job has committed to its topics. It has a decoding of its own for the
 * headers of what was set aside, so that it shares none with the job.
 */
public final class RecordedOutputs {
  private final CommittedRecords records;
  private final AvroSerdes avro;
  private final String verdictsTopic;

  /**
   * @param clientConfig {@code bootstrap.servers} and {@code schema.registry.url}
   * @param verdictsTopic where the job counts what became of its records
   */
  public RecordedOutputs(Map<String, ?> clientConfig, String verdictsTopic) {
    this.records = new CommittedRecords(clientConfig);
    this.avro = new AvroSerdes(clientConfig);
    this.verdictsTopic = verdictsTopic;
  }

  /** Every committed output as a fact; of balances and counts the latest of each key. */
  public Effects read() {
    Effects effects = new Effects();
    readEntries(effects);
    readBalances(effects);
    records.read(
        Topics.PAYMENTS_REJECTED.name(),
        record ->
            effects.setAside(Verdict.REJECTED, text(record.headers(), CloudEventHeaders.INPUT)));
    readSetAside(Topics.PAYMENTS_QUARANTINE, Verdict.QUARANTINED, effects);
    readSetAside(Topics.PAYMENTS_DLQ, Verdict.DLQ, effects);
    readVerdicts(effects);
    return effects;
  }

  private void readEntries(Effects effects) {
    try (Deserializer<LedgerEntry> entries = avro.deserializer(LedgerEntry.class)) {
      records.read(
          Topics.LEDGER_ENTRIES.name(),
          record -> {
            LedgerEntry entry = entries.deserialize(record.topic(), record.value());
            effects.entry(
                entry.getEventId(),
                entry.getPaymentId(),
                entry.getAccount(),
                entry.getCurrency(),
                entry.getAmountMinor());
          });
    }
  }

  private void readBalances(Effects effects) {
    Map<String, AccountBalance> latest = new TreeMap<>();
    try (Deserializer<AccountBalance> balances = avro.deserializer(AccountBalance.class)) {
      records.read(
          Topics.ACCOUNT_BALANCES.name(),
          record -> {
            AccountBalance balance = balances.deserialize(record.topic(), record.value());
            latest.put(balance.getAccount(), balance);
          });
    }
    latest.forEach(
        (account, balance) ->
            effects.balance(account, balance.getBalanceMinor(), balance.getVersion()));
  }

  private void readSetAside(Topic topic, Verdict verdict, Effects effects) {
    records.read(
        topic.name(),
        record ->
            effects.setAside(
                verdict,
                String.join(
                    "-",
                    text(record.headers(), "onceflow_original_topic"),
                    text(record.headers(), "onceflow_original_partition"),
                    text(record.headers(), "onceflow_original_offset"))));
  }

  private void readVerdicts(Effects effects) {
    Map<Integer, VerdictCounts> latest = new TreeMap<>();
    try (Deserializer<VerdictCounts> counts = avro.deserializer(VerdictCounts.class)) {
      records.read(
          verdictsTopic,
          record ->
              latest.put(record.partition(), counts.deserialize(record.topic(), record.value())));
    }
    latest.forEach(
        (partition, counts) -> {
          effects.counted(partition, Verdict.APPLIED, counts.getApplied());
          effects.counted(partition, Verdict.REJECTED, counts.getRejected());
          effects.counted(partition, Verdict.DUPLICATE, counts.getDuplicate());
          effects.counted(partition, Verdict.QUARANTINED, counts.getQuarantined());
          effects.counted(partition, Verdict.DLQ, counts.getDlq());
        });
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? "nowhere" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
