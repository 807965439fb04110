package dev.onceflow.verification.history;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.verification.checker.Effects;
import dev.onceflow.verification.checker.InputRecord;
import dev.onceflow.verification.checker.Log;
import dev.onceflow.verification.checker.Oracle;
import dev.onceflow.verification.checker.Place;
import dev.onceflow.verification.checker.Rules;
import dev.onceflow.verification.checker.Ruling;
import dev.onceflow.verification.checker.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads the whole of {@code payments}, each partition in its order. */
public final class RecordedInput implements Log<InputRecord> {
  private final CommittedRecords records;
  private final Deserializer<PaymentEvent> deserializer;

  /** What stands in one row. */
  private record Sum(long entries, long amount) {
    static Sum of(LedgerEntry entry) {
      return new Sum(1, entry.getAmountMinor());
    }

    Sum plus(Sum other) {
      return new Sum(entries + other.entries, amount + other.amount);
    }
  }

  /**
   * @param clientConfig {@code bootstrap.servers} and {@code schema.registry.url}
   */
  public RecordedInput(Map<String, ?> clientConfig) {
    records = new CommittedRecords(clientConfig);
    deserializer = new AvroSerdes(clientConfig).deserializer(PaymentEvent.class);
  }

  @Override
  public void forEach(Consumer<InputRecord> action) {
    records.read(Topics.PAYMENTS.name(), record -> action.accept(decoded(record)));
  }

  /** What the tables must hold once every record that the topic holds now has gone all the way. */
  public Effects expectedInTables() {
    Effects expected = new Effects();
    Map<String, Sum> days = new TreeMap<>();
    Map<String, LedgerEntry> dayOf = new HashMap<>();
    judge(
        expected,
        (record, ruling) -> {
          for (LedgerEntry entry : ruling.entries()) {
            if (entry.getAccount().startsWith("merchant:")) {
              String day =
                  entry.getPartyId() + '|' + entry.getBookedOn() + '|' + entry.getCurrency();
              days.merge(day, Sum.of(entry), Sum::plus);
              dayOf.put(day, entry);
            }
          }
        });
    days.forEach(
        (day, sum) ->
            expected.merchantDay(
                dayOf.get(day).getPartyId(),
                dayOf.get(day).getBookedOn().toString(),
                dayOf.get(day).getCurrency(),
                sum.entries,
                sum.amount));
    return expected;
  }

  /**
   * What the job's topics must hold once it has read every record that the topic holds now: ledger,
   * records set aside, counts of verdicts.
   */
  public Effects expectedOfTheJob() {
    Effects expected = new Effects();
    Map<Integer, Map<Verdict, Long>> verdicts = new TreeMap<>();
    judge(
        expected,
        (record, ruling) -> {
          Verdict verdict = ruling.verdict();
          verdicts
              .computeIfAbsent(record.place().partition(), any -> new EnumMap<>(Verdict.class))
              .merge(verdict, 1L, Long::sum);
          if (verdict != Verdict.APPLIED && verdict != Verdict.DUPLICATE) {
            expected.setAside(verdict, record.place().toString());
          }
        });
    verdicts.forEach(
        (partition, counts) ->
            counts.forEach((verdict, count) -> expected.counted(partition, verdict, count)));
    return expected;
  }

  // Entries, and the balances that they come to.
  private void judge(Effects expected, BiConsumer<InputRecord, Ruling> listener) {
    Oracle oracle = new Oracle(Rules.DEFAULTS);
    Map<String, Sum> accounts = new TreeMap<>();
    forEach(
        record -> {
          Ruling ruling = oracle.accept(record);
          for (LedgerEntry entry : ruling.entries()) {
            expected.entry(
                entry.getEventId(),
                entry.getPaymentId(),
                entry.getAccount(),
                entry.getCurrency(),
                entry.getAmountMinor());
            accounts.merge(entry.getAccount(), Sum.of(entry), Sum::plus);
          }
          listener.accept(record, ruling);
        });
    accounts.forEach((account, sum) -> expected.balance(account, sum.amount, sum.entries));
  }

  private InputRecord decoded(ConsumerRecord<byte[], byte[]> record) {
    PaymentEvent event;
    try {
      event = deserializer.deserialize(record.topic(), record.value());
    } catch (SerializationException undecodable) {
      event = null;
    }
    return new InputRecord(
        new Place(record.topic(), record.partition(), record.offset()),
        record.timestamp(),
        record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8),
        CloudEventHeaders.id(record.headers()),
        record.value() == null ? null : ByteBuffer.wrap(record.value()),
        event);
  }
}
