package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The entries that the input leads to, and in which order the ledger has them: within an account
 * the order of entries from several input partitions is the ledger's own, and balances follow it.
 */
final class ExpectedEntries {
  /** The entry was not seen in the ledger. */
  static final long NOWHERE = -1;

  private final ExpectedRecords records = new ExpectedRecords();
  private final LongList rows = new LongList();
  private final LongList places = new LongList();
  private final LongList amounts = new LongList();
  private final LongList occurred = new LongList();
  private final Map<String, AccountLine> accounts = new HashMap<>();
  private final Map<String, DayLine> days = new HashMap<>();

  /** One more; returns its number. */
  int add(LedgerEntry entry, Place source) {
    UUID id = UUID.fromString(entry.getEntryId());
    int number =
        records.add(
            id.getMostSignificantBits(),
            id.getLeastSignificantBits(),
            content(entry, entry.getAccount(), entry.getEntryId(), source),
            Place.packed(source.partition(), source.offset()));
    if (number == rows.size()) {
      rows.add(Sha.of(entry.toString()));
      places.add(NOWHERE);
      amounts.add(entry.getAmountMinor());
      occurred.add(entry.getOccurredAt().toEpochMilli());
    }
    return number;
  }

  /** What must be the same of an entry's record. */
  static long content(LedgerEntry entry, String key, String eventId, Place source) {
    return Sha.of(
        entry.toString(), String.valueOf(key), String.valueOf(eventId), String.valueOf(source));
  }

  /**
   * The ledger has an expected entry as its next one.
   *
   * @param place packed, or {@link #NOWHERE} where the ledger is not looked at
   */
  void enter(int number, LedgerEntry entry, long place) {
    places.set(number, place);
    accounts.computeIfAbsent(entry.getAccount(), any -> new AccountLine(this, entry)).add(number);
    if (entry.getAccountType() == AccountType.MERCHANT) {
      days.computeIfAbsent(dayKey(entry), any -> new DayLine(this, entry)).add(number);
    }
  }

  private static String dayKey(LedgerEntry entry) {
    return entry.getPartyId() + '|' + entry.getBookedOn() + '|' + entry.getCurrency();
  }

  ExpectedRecords records() {
    return records;
  }

  /** Whether a row of the table says what it must. */
  boolean isRow(int number, LedgerEntry row) {
    return rows.at(number) == Sha.of(row.toString());
  }

  /** Where the ledger has it, packed. */
  long place(int number) {
    return places.at(number);
  }

  long amount(int number) {
    return amounts.at(number);
  }

  Instant occurredAt(int number) {
    return Instant.ofEpochMilli(occurred.at(number));
  }

  LocalDate bookedOn(int number) {
    return LocalDate.ofInstant(occurredAt(number), ZoneOffset.UTC);
  }

  /** The entry's ID. */
  String id(int number) {
    return new UUID(records.high(number), records.low(number)).toString();
  }

  /** The line of an account, null where it has no entry. */
  AccountLine account(String name) {
    return accounts.get(name);
  }

  /** The line of a merchant's day by {@code merchant|day|currency}, null where it has no entry. */
  DayLine day(String key) {
    return days.get(key);
  }

  void forEachAccount(Consumer<AccountLine> action) {
    accounts.values().forEach(action);
  }

  void forEachDay(Consumer<DayLine> action) {
    days.values().forEach(action);
  }
}
