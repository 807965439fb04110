package dev.onceflow.verification.checker;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.VerdictCounts;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the job keeps: the latest of each key in its changelogs, and what its stores answer.
 *
 * <p>The buckets of the memory have a form of the job's own, so they are not looked at: a wrong one
 * shows in the verdicts that follow from it.
 */
final class StateChecks {
  private static final String STATES = "changelog of payment-states";
  private static final String BALANCES = "changelog of balances";
  private static final String TOTALS = "changelog of daily-totals";
  private static final String VERDICTS = "changelog of verdicts";
  private static final String MEMORY = "changelog of payments-memory";

  /** The hash of what isn't there. */
  private static final long NOTHING = 0;

  private final Expectations expected;
  private final Findings findings;
  private final Cut ledgerRead;

  StateChecks(Expectations expected, History history, Findings findings) {
    this.expected = expected;
    this.findings = findings;
    this.ledgerRead = new Cut(Expectations.LEDGER, history.committed());
  }

  void check(Changelogs changelogs) {
    states(changelogs.states());
    balances(changelogs.balances());
    totals(changelogs.totals());
    verdicts(changelogs.verdicts());
    memory(changelogs.memory());
  }

  private void states(Log<KeyedRecord<String, PaymentState>> log) {
    Payments payments = expected.oracle().payments();
    log.forEach(
        record -> {
          PaymentState state = record.value();
          PaymentState wanted = payments.state(record.key());
          if (wanted == null) {
            findings.add(Check.CHANGELOG, STATES, record.key(), "no state", state, record.place());
          } else {
            payments.keep(record.key(), state == null ? NOTHING : Sha.of(state.toString()));
          }
          if (wanted != null && payments.partition(record.key()) != record.place().partition()) {
            findings.add(
                Check.CHANGELOG,
                STATES,
                record.key(),
                "partition " + payments.partition(record.key()),
                "partition " + record.place().partition(),
                record.place());
          }
          if (state != null
              && (state.getCapturedMinor() > state.getAuthorizedMinor()
                  || state.getRefundedMinor() > state.getCapturedMinor())) {
            findings.add(
                Check.CHANGELOG,
                STATES,
                record.key(),
                "refunded <= captured <= authorised",
                state,
                record.place());
          }
        });
    payments.forEach(
        (id, wanted) -> {
          findings.looked(Check.CHANGELOG, 1);
          long found = payments.kept(id);
          if (found != Sha.of(wanted.toString())) {
            findings.add(
                Check.CHANGELOG, STATES, id, wanted, found == NOTHING ? "nothing" : "another", "");
          }
        });
  }

  private void balances(Log<KeyedRecord<String, AccountBalance>> log) {
    Map<String, AccountBalance> latest = new HashMap<>();
    log.forEach(record -> latest.put(record.key(), record.value()));
    expected.entries().forEachAccount(line -> latest(BALANCES, line, latest.remove(line.name())));
    latest.forEach(
        (key, value) -> findings.add(Check.CHANGELOG, BALANCES, key, "nothing", value, ""));
  }

  private void totals(Log<KeyedRecord<String, MerchantDailyTotal>> log) {
    Map<String, MerchantDailyTotal> latest = new HashMap<>();
    log.forEach(record -> latest.put(record.key(), record.value()));
    expected.entries().forEachDay(line -> latest(TOTALS, line, latest.remove(line.name())));
    latest.forEach(
        (key, value) -> findings.add(Check.CHANGELOG, TOTALS, key, "nothing", value, ""));
  }

  private void latest(String changelog, Line<?> line, Object found) {
    int due = line.dueVersion(ledgerRead);
    if (due > 0 || found != null) {
      findings.compare(
          Check.CHANGELOG,
          changelog,
          line.name(),
          due == 0 ? "nothing" : line.at(due).toString(),
          String.valueOf(found),
          "");
    }
  }

  // In every committed state: read = applied + rejected + duplicates + quarantine + DLQ, exactly.
  private void verdicts(Log<KeyedRecord<Integer, VerdictCounts>> log) {
    Map<Integer, VerdictCounts> latest = new TreeMap<>();
    log.forEach(record -> latest.put(record.key(), record.value()));
    expected
        .read()
        .forEach(
            (partition, read) -> {
              VerdictCounts counts = latest.remove(partition);
              if (read.records() > 0 || counts != null) {
                findings.compare(
                    Check.CONSERVATION,
                    VERDICTS,
                    Expectations.PAYMENTS + '-' + partition,
                    counts(read),
                    String.valueOf(counts),
                    "");
              }
              if (read.unread() > 0) {
                findings.add(
                    Check.CONSERVATION,
                    VERDICTS,
                    Expectations.PAYMENTS + '-' + partition,
                    "all of it read",
                    read.unread() + " records behind the committed offset",
                    Expectations.PAYMENTS + '-' + partition + '-' + read.next());
              }
            });
    latest.forEach(
        (partition, counts) ->
            findings.add(
                Check.CONSERVATION,
                VERDICTS,
                Expectations.PAYMENTS + '-' + partition,
                "nothing",
                counts,
                ""));
  }

  private static String counts(Expectations.Read read) {
    return new VerdictCounts(
            read.records(),
            read.of(Verdict.APPLIED),
            read.of(Verdict.REJECTED),
            read.of(Verdict.DUPLICATE),
            read.of(Verdict.QUARANTINED),
            read.of(Verdict.DLQ),
            read.next())
        .toString();
  }

  // What is forgotten may be deleted already or not; all else must be there as it was decided.
  private void memory(Log<KeyedRecord<ByteBuffer, ByteBuffer>> log) {
    Map<Integer, LatestEntries> byPartition = new TreeMap<>();
    log.forEach(
        record -> {
          int partition = record.place().partition();
          SeenIds ids = expected.oracle().seenIn(partition);
          UUID key = uuid(record.key());
          int known = key == null ? IdTable.NONE : ids.find(key);
          if (known == IdTable.NONE) {
            findings.add(
                Check.CHANGELOG,
                MEMORY,
                String.valueOf(key),
                "nothing",
                "an entry of an ID that was never decided here",
                record.place());
            return;
          }
          byPartition
              .computeIfAbsent(partition, any -> new LatestEntries(ids.size()))
              .put(known, record.value());
        });
    for (int partition : expected.read().keySet()) {
      SeenIds ids = expected.oracle().seenIn(partition);
      LatestEntries latest = byPartition.getOrDefault(partition, new LatestEntries(ids.size()));
      for (int i = 0; i < ids.size(); i++) {
        if (ids.mustBeKnown(i)) {
          findings.looked(Check.CHANGELOG, 1);
          if (latest.hash(i) != LatestEntries.hashOf(ids.entry(i))) {
            findings.add(
                Check.CHANGELOG,
                MEMORY,
                ids.keyOf(i).toString(),
                "its arrival, content hash and outcome",
                latest.hash(i) == NOTHING ? "nothing" : "another entry",
                Expectations.PAYMENTS + '-' + partition);
          }
        }
      }
    }
  }

  /** The latest entry of each remembered ID, as a hash. */
  private static final class LatestEntries {
    private final LongList hashes = new LongList();

    LatestEntries(int size) {
      for (int i = 0; i < size; i++) {
        hashes.add(NOTHING);
      }
    }

    void put(int index, ByteBuffer entry) {
      hashes.set(index, entry == null ? NOTHING : hashOf(entry));
    }

    long hash(int index) {
      return hashes.at(index);
    }

    static long hashOf(ByteBuffer entry) {
      return Sha.of(entry);
    }
  }

  private static UUID uuid(ByteBuffer key) {
    return key == null || key.remaining() != 2 * Long.BYTES
        ? null
        : new UUID(key.getLong(key.position()), key.getLong(key.position() + Long.BYTES));
  }

  void check(List<StoreAnswer> answers) {
    for (StoreAnswer answer : answers) {
      Object wanted =
          switch (answer.store()) {
            case PAYMENTS -> expected.oracle().payments().state(answer.key());
            case BALANCES -> balance(answer.key());
          };
      findings.compare(
          Check.STORE,
          "store of " + answer.store(),
          answer.key(),
          String.valueOf(wanted),
          String.valueOf(answer.json()),
          "");
    }
  }

  private Object balance(String account) {
    AccountLine line = expected.entries().account(account);
    int due = line == null ? 0 : line.dueVersion(ledgerRead);
    return due == 0 ? null : line.at(due);
  }
}
