package dev.onceflow.verification.checker;

import java.util.BitSet;
import java.util.Map;

/** Logs at rest, and what readers saw of them while they were written. */
final class LogChecks {
  private final History history;
  private final Findings findings;

  LogChecks(History history, Findings findings) {
    this.history = history;
    this.findings = findings;
  }

  void check() {
    ends();
    long aborted = 0;
    boolean watched = false;
    Map<String, SeenLog> committed = history.committedLogs();
    for (Reader reader : history.readers()) {
      SeenLog stands = committed.get(reader.seen().partition());
      if (stands == null) {
        continue;
      }
      if (reader.isolation() == Reader.Isolation.COMMITTED) {
        prefix(reader, stands);
      } else {
        if (isOfTheInput(reader.seen().partition())) {
          continue;
        }
        watched = true;
        aborted += reader.seen().without(stands, stands.last()).cardinality();
      }
    }
    abortedSeen(watched, aborted);
  }

  // What others aborted upstream says nothing of the job.
  private static boolean isOfTheInput(String partition) {
    return partition.substring(0, partition.lastIndexOf('-')).equals(Expectations.PAYMENTS);
  }

  private void ends() {
    for (LogEnds ends : history.ends()) {
      findings.compare(
          Check.LSO,
          "log",
          ends.partition(),
          "last stable offset " + ends.highWatermark(),
          "last stable offset " + ends.lastStable(),
          "");
      findings.compare(
          Check.OPEN_TRANSACTION, "log", ends.partition(), 0, ends.openTransactions(), "");
    }
    for (OpenTransaction open : history.openTransactions()) {
      findings.looked(Check.OPEN_TRANSACTION, 1);
      findings.add(
          Check.OPEN_TRANSACTION,
          "coordinator",
          open.transactionalId(),
          "no open transaction",
          open.state() + " by producer " + open.producerId(),
          "");
    }
  }

  // Up to where it came, a reader of committed records saw what stands now, all of it, in order.
  private void prefix(Reader reader, SeenLog stands) {
    SeenLog seen = reader.seen();
    String place = "reader " + reader.name();
    findings.looked(Check.COMMITTED_PREFIX, seen.records());
    if (seen.backwards() > 0) {
      findings.add(
          Check.COMMITTED_PREFIX,
          seen.backwards(),
          place,
          seen.partition(),
          "growing offsets",
          seen.backwards() + " that were not above those before",
          "");
    }
    several(place, seen, seen.without(stands, seen.last()), "saw what doesn't stand");
    several(place, seen, stands.without(seen, seen.last()), "passed over what stands");
    long differs = seen.firstDifference(stands);
    if (differs >= 0 && seen.without(stands, seen.last()).isEmpty()) {
      findings.add(
          Check.COMMITTED_PREFIX,
          place,
          seen.partition(),
          "what stands",
          "other content, or a record twice",
          "in the block from offset " + differs);
    }
  }

  private void several(String place, SeenLog seen, BitSet offsets, String what) {
    if (!offsets.isEmpty()) {
      findings.add(
          Check.COMMITTED_PREFIX,
          offsets.cardinality(),
          place,
          seen.partition(),
          "what stands",
          what + ", " + offsets.cardinality() + " records",
          seen.partition() + '-' + offsets.nextSetBit(0));
    }
  }

  private void abortedSeen(boolean watched, long aborted) {
    findings.number("aborted records seen", aborted);
    if (watched && history.abortsExpected()) {
      findings.looked(Check.ABORTED_SEEN, Math.max(1, aborted));
      if (aborted == 0) {
        findings.add(
            Check.ABORTED_SEEN,
            "readers of uncommitted records",
            "all partitions",
            "records of aborted transactions",
            "none",
            "");
      }
    }
  }
}
