package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.RejectedPayment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The topics that the job writes, partition by partition in their order. */
final class OutputChecks {
  private final Expectations expected;
  private final History history;
  private final Findings findings;
  private final Cut ledgerRead;

  OutputChecks(Expectations expected, History history, Findings findings) {
    this.expected = expected;
    this.history = history;
    this.findings = findings;
    this.ledgerRead = new Cut(Expectations.LEDGER, history.committed());
  }

  void check(Outputs outputs, Map<String, Long> fences) {
    ledger(outputs.entries());
    rejected(outputs.rejected());
    setAside(Expectations.QUARANTINE, expected.quarantined(), outputs.quarantine());
    setAside(Expectations.DLQ, expected.dead(), outputs.dlq());
    balances(outputs.balances(), new Cut(Expectations.BALANCES, fences));
    totals(outputs.totals());
  }

  private void ledger(Log<OutputRecord<LedgerEntry>> log) {
    ExpectedEntries entries = expected.entries();
    Standing standing = new Standing(entries.records(), Expectations.LEDGER, entries::id, findings);
    Map<String, Long> sums = new TreeMap<>();
    Map<String, Integer> partitions = new TreeMap<>();
    log.forEach(
        record -> {
          if (isLater(record)) {
            return;
          }
          LedgerEntry entry = record.value();
          int number = entry == null ? IdTable.NONE : find(entries.records(), entry.getEntryId());
          if (entry != null) {
            sums.merge(entry.getCurrency(), entry.getAmountMinor(), Long::sum);
          }
          if (number == IdTable.NONE) {
            standing.foreign(
                entry == null ? "a record without a value" : entry.getEntryId(),
                String.valueOf(entry),
                at(record));
            return;
          }
          long content =
              ExpectedEntries.content(entry, record.key(), record.eventId(), record.source());
          boolean same = content == entries.records().content(number);
          boolean first = standing.see(number, same, text(record), record.place());
          if (first) {
            standing.inOrder(number, record.place());
            entries.enter(
                number, entry, Place.packed(record.place().partition(), record.place().offset()));
          }
          onePartition(partitions, record);
        });
    standing.end(any -> true);
    sums(Expectations.LEDGER, sums, findings);
  }

  // An account's entries are in one partition, or its balance would be made twice.
  private void onePartition(Map<String, Integer> partitions, OutputRecord<LedgerEntry> record) {
    Integer before =
        partitions.putIfAbsent(record.value().getAccount(), record.place().partition());
    if (before != null && before != record.place().partition()) {
      findings.add(
          Check.ORDER,
          Expectations.LEDGER,
          record.value().getAccount(),
          "all entries in partition " + before,
          "one in partition " + record.place().partition(),
          record.place());
    }
  }

  /** The entries of each currency sum to zero. */
  static void sums(String place, Map<String, Long> sums, Findings findings) {
    sums.forEach(
        (currency, sum) -> findings.compare(Check.LEDGER_SUM, place, currency, 0L, sum, ""));
  }

  private void rejected(Log<OutputRecord<RejectedPayment>> log) {
    ExpectedRecords records = expected.rejected();
    Standing standing =
        new Standing(
            records,
            Expectations.REJECTED,
            number -> new UUID(records.high(number), records.low(number)).toString(),
            findings);
    log.forEach(
        record -> {
          if (isLater(record)) {
            return;
          }
          int number = find(records, record.eventId());
          if (number == IdTable.NONE || record.value() == null) {
            standing.foreign(String.valueOf(record.eventId()), text(record), at(record));
            return;
          }
          long content =
              Expectations.content(record.value(), record.key(), record.eventId(), record.source());
          boolean same = content == records.content(number);
          if (standing.see(number, same, text(record), record.place())) {
            standing.inOrder(number, record.place());
          }
        });
    standing.end(any -> true);
  }

  private void setAside(String topic, ExpectedRecords records, Log<OutputRecord<byte[]>> log) {
    Standing standing =
        new Standing(
            records,
            topic,
            number -> Place.unpacked(Expectations.PAYMENTS, records.source(number)).toString(),
            findings);
    boolean quarantine = topic.equals(Expectations.QUARANTINE);
    log.forEach(
        record -> {
          if (isLater(record)) {
            return;
          }
          Place source = record.source();
          int number =
              source == null
                  ? IdTable.NONE
                  : records.find(0, Place.packed(source.partition(), source.offset()));
          if (number == IdTable.NONE) {
            standing.foreign(String.valueOf(source), text(record), at(record));
            return;
          }
          ByteBuffer value = record.value() == null ? null : ByteBuffer.wrap(record.value());
          boolean named = record.reason() != null && !record.reason().isBlank();
          long content =
              Expectations.content(quarantine ? record.reason() + "" : "", record.key(), value);
          boolean same = named && content == records.content(number);
          if (standing.see(number, same, "reason " + record.reason(), record.place())) {
            standing.inOrder(number, record.place());
          }
        });
    standing.end(any -> true);
  }

  private void balances(Log<OutputRecord<AccountBalance>> log, Cut fence) {
    log.forEach(
        record -> {
          AccountBalance balance = record.value();
          AccountLine line = record.key() == null ? null : expected.entries().account(record.key());
          if (balance == null) {
            noValue(Expectations.BALANCES, record);
            return;
          }
          version(
              Expectations.BALANCES,
              line,
              record,
              balance.getVersion(),
              EventIds.derive(balance.getLastEntryId(), "balance", millis(balance.getUpdatedAt())));
          if (line != null
              && balance.getVersion() <= line.size()
              && fence.isBefore(record.place().partition(), record.place().offset())) {
            line.seeBelowFence((int) balance.getVersion());
          }
        });
    expected.entries().forEachAccount(line -> latest(Expectations.BALANCES, line));
  }

  private void totals(Log<OutputRecord<MerchantDailyTotal>> log) {
    log.forEach(
        record -> {
          MerchantDailyTotal total = record.value();
          if (total == null) {
            noValue(Expectations.TOTALS, record);
            return;
          }
          DayLine line = record.key() == null ? null : expected.entries().day(record.key());
          if (line != null
              && total.getVersion() > line.latestSeen() + 1L
              && !history.mayHaveBeenCleaned()) {
            findings.add(
                Check.LOST,
                total.getVersion() - line.latestSeen() - 1,
                Expectations.TOTALS,
                line.name(),
                "version " + (line.latestSeen() + 1) + " next",
                "version " + total.getVersion(),
                record.place());
          }
          version(
              Expectations.TOTALS,
              line,
              record,
              total.getVersion(),
              EventIds.derive(total.getLastEntryId(), "daily-total", millis(total.getUpdatedAt())));
        });
    expected.entries().forEachDay(line -> latest(Expectations.TOTALS, line));
  }

  private void noValue(String topic, OutputRecord<?> record) {
    findings.looked(Check.FOREIGN, 1);
    findings.add(
        Check.FOREIGN,
        topic,
        String.valueOf(record.key()),
        "a value",
        "none that can be read",
        record.place());
  }

  // Versions of a key count up; each says what the ledger's entries up to it come to.
  private void version(
      String topic, Line<?> line, OutputRecord<?> record, long version, UUID expectedId) {
    if (line == null || version < 1 || version > line.size()) {
      findings.looked(Check.FOREIGN, 1);
      findings.add(
          Check.FOREIGN,
          topic,
          String.valueOf(record.key()),
          line == null ? "no entries" : "at most version " + line.size(),
          record.value(),
          record.place());
      return;
    }
    int before = line.latestSeen();
    findings.looked(Check.ORDER, 1);
    if (version <= before) {
      findings.add(
          version == before ? Check.TWICE : Check.ORDER,
          topic,
          line.name(),
          "a version above " + before,
          "version " + version,
          record.place());
    }
    line.see((int) version);
    Place source =
        Place.unpacked(Expectations.LEDGER, line.entries().place(line.entry((int) version)));
    findings.compare(
        Check.BALANCE,
        topic,
        line.name(),
        line.at((int) version).toString(),
        record.value().toString(),
        record.place());
    findings.looked(Check.ALTERED, 1);
    if (!source.equals(record.source()) || !expectedId.toString().equals(record.eventId())) {
      findings.add(
          Check.ALTERED,
          topic,
          line.name() + " version " + version,
          "ID " + expectedId + " from " + source,
          "ID " + record.eventId() + " from " + record.source(),
          record.place());
    }
  }

  private void latest(String topic, Line<?> line) {
    findings.looked(Check.LOST, 1);
    int due = line.dueVersion(ledgerRead);
    if (line.latestSeen() < due) {
      findings.add(
          Check.LOST, topic, line.name(), "version " + due, "version " + line.latestSeen(), "");
    }
  }

  // What came of records behind the committed offsets is neither due nor foreign.
  private boolean isLater(OutputRecord<?> record) {
    Place source = record.source();
    boolean later =
        source != null
            && source.topic().equals(Expectations.PAYMENTS)
            && !expected.cut().isBefore(source.partition(), source.offset());
    findings.number("outputs behind the committed offsets", later ? 1 : 0);
    return later;
  }

  /** The number of the expected record with an ID; {@link IdTable#NONE} if there is none. */
  static int find(ExpectedRecords records, String id) {
    try {
      UUID uuid = UUID.fromString(String.valueOf(id));
      return records.find(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    } catch (IllegalArgumentException e) {
      return IdTable.NONE;
    }
  }

  private static long millis(Instant time) {
    return time.toEpochMilli();
  }

  private static String text(OutputRecord<?> record) {
    return "key %s, ID %s, from %s: %s"
        .formatted(record.key(), record.eventId(), record.source(), record.value());
  }

  private static String at(OutputRecord<?> record) {
    return record.source() + ", " + record.place();
  }
}
