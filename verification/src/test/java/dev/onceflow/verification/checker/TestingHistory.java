package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.event.VerdictCounts;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A small run, all of it written out by hand: two input partitions, every verdict, and what stands
 * after it everywhere. Tests spoil one thing in it.
 */
final class TestingHistory implements History {
  static final long START_MS = 1_700_000_000_000L;
  static final long HORIZON_MS = 320_000;
  private static final Instant OCCURRED = Instant.ofEpochMilli(START_MS);
  private static final LocalDate DAY = LocalDate.parse("2023-11-14");

  final List<InputRecord> input = new ArrayList<>();
  final Map<String, Long> committed = new HashMap<>();
  final List<OutputRecord<LedgerEntry>> entries = new ArrayList<>();
  final List<OutputRecord<AccountBalance>> balances = new ArrayList<>();
  final List<OutputRecord<MerchantDailyTotal>> totals = new ArrayList<>();
  final List<OutputRecord<RejectedPayment>> rejected = new ArrayList<>();
  final List<OutputRecord<byte[]>> quarantine = new ArrayList<>();
  final List<OutputRecord<byte[]>> dlq = new ArrayList<>();
  final List<KeyedRecord<String, PaymentState>> states = new ArrayList<>();
  final List<KeyedRecord<String, AccountBalance>> balancesKept = new ArrayList<>();
  final List<KeyedRecord<String, MerchantDailyTotal>> totalsKept = new ArrayList<>();
  final List<KeyedRecord<Integer, VerdictCounts>> verdicts = new ArrayList<>();
  final List<KeyedRecord<ByteBuffer, ByteBuffer>> memory = new ArrayList<>();
  final List<LedgerEntry> rows = new ArrayList<>();
  final List<AccountBalance> balanceRows = new ArrayList<>();
  final List<DailySum> dayRows = new ArrayList<>();
  final Map<String, Long> fences = new HashMap<>();
  final List<StoreAnswer> answers = new ArrayList<>();
  final List<LogEnds> ends = new ArrayList<>();
  final List<OpenTransaction> open = new ArrayList<>();
  final List<Reader> readers = new ArrayList<>();
  final Map<String, SeenLog> committedLogs = new HashMap<>();
  final List<Fault> faults = new ArrayList<>();
  final List<Sample> samples = new ArrayList<>();

  /** The clean run. */
  TestingHistory() {
    InputRecord authorized = event(0, 0, 0, "e1", "p1", PaymentKind.AUTHORIZE, 100);
    InputRecord captured = event(0, 1, 10, "e2", "p1", PaymentKind.CAPTURE, 60);
    InputRecord tooMuch = event(0, 2, 20, "e3", "p1", PaymentKind.CAPTURE, 41);
    InputRecord altered = event(0, 5, 40, "e2", "p1", PaymentKind.CAPTURE, 61);
    InputRecord poison = poison(0, 6, 50);
    InputRecord refunded = event(0, 7, 60, "e4", "p1", PaymentKind.REFUND, 25);
    InputRecord sold = event(1, 0, 0, "e5", "p2", PaymentKind.SALE, 30);
    InputRecord ahead = event(1, 1, 10, id(START_MS + 9_000_000, "e6"), "p3", PaymentKind.SALE, 1);
    input.addAll(List.of(authorized, captured, tooMuch));
    input.add(event(0, 3, 30, "e2", "p1", PaymentKind.CAPTURE, 60));
    // Between offset 3 and 5 lies the marker of an upstream transaction.
    input.addAll(List.of(altered, poison, refunded, sold, ahead));
    // After the horizon: what came at the beginning can't be told from what is new.
    InputRecord unprovable = event(1, 2, 2 * HORIZON_MS, "e5", "p2", PaymentKind.SALE, 30);
    input.add(unprovable);

    LedgerEntry e2Customer = entry(captured, AccountType.CUSTOMER, "debit", 60);
    LedgerEntry e2Merchant = entry(captured, AccountType.MERCHANT, "credit", -60);
    LedgerEntry e5Customer = entry(sold, AccountType.CUSTOMER, "debit", 30);
    LedgerEntry e5Merchant = entry(sold, AccountType.MERCHANT, "credit", -30);
    LedgerEntry e4Merchant = entry(refunded, AccountType.MERCHANT, "debit", 25);
    LedgerEntry e4Customer = entry(refunded, AccountType.CUSTOMER, "credit", -25);
    rows.addAll(List.of(e2Customer, e2Merchant, e5Customer, e5Merchant, e4Merchant, e4Customer));
    entries.add(output(0, 0, captured, e2Customer));
    entries.add(output(0, 1, sold, e5Customer));
    entries.add(output(0, 3, refunded, e4Customer));
    entries.add(output(1, 0, captured, e2Merchant));
    entries.add(output(1, 1, sold, e5Merchant));
    entries.add(output(1, 3, refunded, e4Merchant));

    AccountBalance customerAfter2 = balance(e5Customer, "0.90", 90, 2);
    AccountBalance customer = balance(e4Customer, "0.65", 65, 3);
    AccountBalance merchant = balance(e4Merchant, "-0.65", -65, 3);
    balances.add(output(0, 0, new Place("ledger-entries", 0, 1), customerAfter2));
    balances.add(output(0, 2, new Place("ledger-entries", 0, 3), customer));
    balances.add(output(1, 0, new Place("ledger-entries", 1, 3), merchant));
    balanceRows.addAll(List.of(customer, merchant));

    totals.add(output(0, new Place("ledger-entries", 1, 0), total(e2Merchant, 60, 0, 1, 0)));
    totals.add(output(1, new Place("ledger-entries", 1, 1), total(e5Merchant, 90, 0, 2, 0)));
    totals.add(output(2, new Place("ledger-entries", 1, 3), total(e4Merchant, 90, 25, 2, 1)));
    dayRows.add(new DailySum("m", DAY, "GBP", 3, -65));

    String rejectedId =
        EventIds.derive(tooMuch.event().getEventId(), "rejected", START_MS).toString();
    rejected.add(
        new OutputRecord<>(
            new Place("payments-rejected", 0, 0),
            "p1",
            rejectedId,
            tooMuch.place(),
            null,
            new RejectedPayment(
                tooMuch.event(),
                "capture-exceeds-authorized",
                "any words",
                state(PaymentStatus.CAPTURED, captured, 100, 60, 0))));
    quarantine.add(aside("payments-quarantine", 0, altered, "altered"));
    quarantine.add(aside("payments-quarantine", 1, ahead, "future"));
    quarantine.add(aside("payments-quarantine", 2, unprovable, "unprovable"));
    dlq.add(aside("payments-dlq", 0, poison, "unreadable"));

    states.add(kept(0, 0, "p1", state(PaymentStatus.AUTHORIZED, authorized, 100, 0, 0)));
    states.add(kept(0, 1, "p1", state(PaymentStatus.CAPTURED, refunded, 100, 60, 25)));
    states.add(kept(1, 0, "p2", state(PaymentStatus.CAPTURED, sold, 30, 30, 0)));
    balancesKept.add(kept(0, 0, customer.getAccount(), customer));
    balancesKept.add(kept(1, 0, merchant.getAccount(), merchant));
    totalsKept.add(kept(1, 0, "m|2023-11-14|GBP", totals.get(2).value()));
    verdicts.add(kept(0, 0, 0, new VerdictCounts(7L, 3L, 1L, 1L, 1L, 1L, 8L)));
    verdicts.add(kept(1, 0, 1, new VerdictCounts(3L, 1L, 0L, 0L, 2L, 0L, 3L)));
    memory.add(remembered(0, authorized, 1));
    memory.add(remembered(0, captured, 1));
    memory.add(remembered(0, tooMuch, 2));
    memory.add(remembered(0, refunded, 1));
    // e5 is forgotten in partition 1; its entry was deleted already.
    memory.add(remembered(1, sold, 1));
    memory.add(new KeyedRecord<>(new Place("memory", 1, 1), memory.get(4).key(), null));

    answers.add(
        new StoreAnswer(StoreAnswer.Store.PAYMENTS, "p1", states.get(1).value().toString()));
    answers.add(
        new StoreAnswer(StoreAnswer.Store.BALANCES, customer.getAccount(), customer.toString()));
    answers.add(new StoreAnswer(StoreAnswer.Store.PAYMENTS, "unknown", null));

    for (String partition : List.of("ledger-entries-0", "ledger-entries-1", "account-balances-0")) {
      SeenLog stands = log(partition, 0, 1, 3);
      committedLogs.put(partition, stands);
      fences.put(partition, 4L);
      ends.add(new LogEnds(partition, 5, 5, 0));
      readers.add(new Reader("committed", Reader.Isolation.COMMITTED, log(partition, 0, 1, 3)));
      // Offset 2 was of an aborted transaction.
      readers.add(
          new Reader("uncommitted", Reader.Isolation.UNCOMMITTED, log(partition, 0, 1, 2, 3)));
    }
    fences.put("account-balances-1", 1L);
    faults.add(new Fault("kill-job", 1, "the job lost 14 connections", 12_000));
    for (int i = 0; i < 100; i++) {
      samples.add(new Sample("job 17", 10.0 * i, (1L << 30) + i % 7 * 1_000_000L, 300 + i % 3, 0));
    }
  }

  static LedgerEntry with(LedgerEntry entry, String entryId, long amountMinor) {
    return new LedgerEntry(
        entryId,
        entry.getEventId(),
        entry.getPaymentId(),
        entry.getAccount(),
        entry.getAccountType(),
        entry.getPartyId(),
        entry.getKind(),
        entry.getCurrency(),
        amountMinor,
        entry.getOccurredAt(),
        entry.getBookedOn());
  }

  static SeenLog log(String partition, long... offsets) {
    SeenLog log = new SeenLog(partition);
    for (long offset : offsets) {
      log.see(offset, 1_000 + offset);
    }
    return log;
  }

  static String id(long timeMs, String name) {
    return EventIds.ofContent(timeMs, name).toString();
  }

  static InputRecord event(
      int partition,
      long offset,
      long afterMs,
      String name,
      String payment,
      PaymentKind kind,
      long amount) {
    String id = name.length() > 5 ? name : id(START_MS, name);
    PaymentEvent event =
        new PaymentEvent(id, payment, "a", "m", kind, amount, "GBP", OCCURRED, null);
    return new InputRecord(
        new Place("payments", partition, offset),
        START_MS + afterMs,
        payment,
        id,
        StandardCharsets.UTF_8.encode(event.toString()),
        event);
  }

  static InputRecord poison(int partition, long offset, long afterMs) {
    return new InputRecord(
        new Place("payments", partition, offset),
        START_MS + afterMs,
        "any",
        null,
        ByteBuffer.wrap(new byte[] {1, 2, 3}),
        null);
  }

  private static LedgerEntry entry(InputRecord input, AccountType type, String role, long amount) {
    PaymentEvent event = input.event();
    String party = type == AccountType.CUSTOMER ? "a" : "m";
    return new LedgerEntry(
        EventIds.derive(event.getEventId(), role, START_MS).toString(),
        event.getEventId(),
        event.getPaymentId(),
        (type == AccountType.CUSTOMER ? "customer:a" : "merchant:m") + ":GBP",
        type,
        party,
        event.getKind(),
        "GBP",
        amount,
        OCCURRED,
        DAY);
  }

  private static AccountBalance balance(LedgerEntry last, String major, long minor, long version) {
    return new AccountBalance(
        last.getAccount(),
        last.getAccountType(),
        last.getPartyId(),
        "GBP",
        minor,
        new BigDecimal(major).setScale(4),
        version,
        last.getEntryId(),
        OCCURRED);
  }

  private static MerchantDailyTotal total(
      LedgerEntry last, long captured, long refunded, long captures, long refunds) {
    return new MerchantDailyTotal(
        "m",
        DAY,
        "GBP",
        captured,
        refunded,
        captures,
        refunds,
        captures + refunds,
        last.getEntryId(),
        OCCURRED);
  }

  private static PaymentState state(
      PaymentStatus status, InputRecord last, long authorized, long captured, long refunded) {
    return new PaymentState(
        status, "a", "m", "GBP", authorized, captured, refunded, last.event().getEventId());
  }

  private static OutputRecord<LedgerEntry> output(
      int partition, long offset, InputRecord source, LedgerEntry entry) {
    return new OutputRecord<>(
        new Place("ledger-entries", partition, offset),
        entry.getAccount(),
        entry.getEntryId(),
        source.place(),
        null,
        entry);
  }

  private static OutputRecord<AccountBalance> output(
      int partition, long offset, Place source, AccountBalance balance) {
    return new OutputRecord<>(
        new Place("account-balances", partition, offset),
        balance.getAccount(),
        EventIds.derive(balance.getLastEntryId(), "balance", START_MS).toString(),
        source,
        null,
        balance);
  }

  private static OutputRecord<MerchantDailyTotal> output(
      long offset, Place source, MerchantDailyTotal total) {
    return new OutputRecord<>(
        new Place("merchant-daily-totals", 1, offset),
        "m|2023-11-14|GBP",
        EventIds.derive(total.getLastEntryId(), "daily-total", START_MS).toString(),
        source,
        null,
        total);
  }

  private static OutputRecord<byte[]> aside(
      String topic, long offset, InputRecord source, String reason) {
    return new OutputRecord<>(
        new Place(topic, 0, offset),
        source.key(),
        null,
        source.place(),
        reason,
        bytes(source.value()));
  }

  private static <K, V> KeyedRecord<K, V> kept(int partition, long offset, K key, V value) {
    return new KeyedRecord<>(new Place("changelog", partition, offset), key, value);
  }

  private static KeyedRecord<ByteBuffer, ByteBuffer> remembered(
      int partition, InputRecord input, int outcome) {
    UUID id = UUID.fromString(input.event().getEventId());
    return kept(
        partition,
        input.place().offset(),
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .flip(),
        ByteBuffer.allocate(17)
            .putLong(input.timestampMs())
            .put(sha256(bytes(input.value())), 0, 8)
            .put((byte) outcome)
            .flip());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public Rules rules() {
    return Rules.DEFAULTS.withHorizon(HORIZON_MS);
  }

  @Override
  public Log<InputRecord> input() {
    return input::forEach;
  }

  @Override
  public Map<String, Long> committed() {
    return committed;
  }

  @Override
  public Optional<Outputs> outputs() {
    return Optional.of(
        new Outputs(
            entries::forEach,
            balances::forEach,
            totals::forEach,
            rejected::forEach,
            quarantine::forEach,
            dlq::forEach));
  }

  @Override
  public Optional<Changelogs> changelogs() {
    return Optional.of(
        new Changelogs(
            states::forEach,
            balancesKept::forEach,
            totalsKept::forEach,
            verdicts::forEach,
            memory::forEach));
  }

  @Override
  public Optional<Tables> tables() {
    return Optional.of(new Tables(rows::forEach, balanceRows::forEach, dayRows::forEach, fences));
  }

  @Override
  public List<StoreAnswer> answers() {
    return answers;
  }

  @Override
  public List<LogEnds> ends() {
    return ends;
  }

  @Override
  public List<OpenTransaction> openTransactions() {
    return open;
  }

  @Override
  public List<Reader> readers() {
    return readers;
  }

  @Override
  public Map<String, SeenLog> committedLogs() {
    return committedLogs;
  }

  @Override
  public boolean abortsExpected() {
    return true;
  }

  @Override
  public List<Fault> faults() {
    return faults;
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }
}
