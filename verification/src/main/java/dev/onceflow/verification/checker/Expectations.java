package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.RejectedPayment;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What the input leads to, up to the offsets that the job has committed as read. */
final class Expectations {
  static final String PAYMENTS = "payments";
  static final String LEDGER = "ledger-entries";
  static final String REJECTED = "payments-rejected";
  static final String QUARANTINE = "payments-quarantine";
  static final String DLQ = "payments-dlq";
  static final String BALANCES = "account-balances";
  static final String TOTALS = "merchant-daily-totals";

  /** What was read of one input partition. */
  static final class Read {
    private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    private long records;
    private long next;
    private long unread;

    long of(Verdict verdict) {
      return verdicts.getOrDefault(verdict, 0L);
    }

    long records() {
      return records;
    }

    /** The offset after the last record. */
    long next() {
      return next;
    }

    /** Records that lie behind what the job has committed as read. */
    long unread() {
      return unread;
    }
  }

  private final Oracle oracle;
  private final Cut cut;
  private final boolean ledgerIsKnown;
  private final ExpectedEntries entries = new ExpectedEntries();
  private final ExpectedRecords rejected = new ExpectedRecords();
  private final ExpectedRecords quarantined = new ExpectedRecords();
  private final ExpectedRecords dead = new ExpectedRecords();
  private final Map<Integer, Read> read = new TreeMap<>();
  private final Map<String, Long> reasons = new TreeMap<>();

  private Expectations(History history) {
    oracle = new Oracle(history.rules());
    cut = new Cut(PAYMENTS, history.committed());
    ledgerIsKnown = history.outputs().isPresent();
  }

  static Expectations of(History history) {
    Expectations expectations = new Expectations(history);
    history.input().forEach(expectations::take);
    return expectations;
  }

  private void take(InputRecord input) {
    Place at = input.place();
    Read partition = read.computeIfAbsent(at.partition(), any -> new Read());
    if (!cut.isBefore(at.partition(), at.offset())) {
      partition.unread++;
      return;
    }
    Ruling ruling = oracle.accept(input);
    partition.records++;
    partition.next = at.offset() + 1;
    partition.verdicts.merge(ruling.verdict(), 1L, Long::sum);
    if (ruling.reason() != null) {
      reasons.merge(ruling.verdict() + " " + ruling.reason(), 1L, Long::sum);
    }
    for (LedgerEntry entry : ruling.entries()) {
      int number = entries.add(entry, at);
      if (!ledgerIsKnown) {
        // Nothing tells its order, so it is taken to be the input's: sums are the same.
        entries.enter(number, entry, ExpectedEntries.NOWHERE);
      }
    }
    switch (ruling.verdict()) {
      case REJECTED -> reject(input, ruling.rejection());
      case QUARANTINED -> setAside(quarantined, input, ruling.reason());
      case DLQ -> setAside(dead, input, "");
      case APPLIED, DUPLICATE -> {}
    }
  }

  private void reject(InputRecord input, RejectedPayment rejection) {
    PaymentEvent event = input.event();
    UUID id = UUID.fromString(Oracle.derived(event, "rejected"));
    rejected.add(
        id.getMostSignificantBits(),
        id.getLeastSignificantBits(),
        content(rejection, event.getPaymentId(), id.toString(), input.place()),
        Place.packed(input.place().partition(), input.place().offset()));
  }

  /** What must be the same of a rejection; its detail is words. */
  static long content(RejectedPayment rejection, String key, String eventId, Place source) {
    RejectedPayment withoutWords =
        new RejectedPayment(rejection.getEvent(), rejection.getRule(), "", rejection.getState());
    return Sha.of(
        withoutWords.toString(),
        String.valueOf(key),
        String.valueOf(eventId),
        String.valueOf(source));
  }

  private static void setAside(ExpectedRecords records, InputRecord input, String reason) {
    long source = Place.packed(input.place().partition(), input.place().offset());
    records.add(0, source, content(reason, input.key(), input.value()), source);
  }

  /** What must be the same of a record that was set aside: key and value, byte for byte. */
  static long content(String reason, String key, ByteBuffer value) {
    return Sha.of(reason, String.valueOf(key), Long.toHexString(Sha.of(value)));
  }

  Oracle oracle() {
    return oracle;
  }

  /** Up to where the input counts. */
  Cut cut() {
    return cut;
  }

  ExpectedEntries entries() {
    return entries;
  }

  ExpectedRecords rejected() {
    return rejected;
  }

  ExpectedRecords quarantined() {
    return quarantined;
  }

  ExpectedRecords dead() {
    return dead;
  }

  /** By input partition, what was read of it. */
  Map<Integer, Read> read() {
    return read;
  }

  /** How many records have which reason. */
  Map<String, Long> reasons() {
    return reasons;
  }
}
