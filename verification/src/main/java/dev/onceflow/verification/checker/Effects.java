package dev.onceflow.verification.checker;

import java.util.Map;
import java.util.TreeMap;

/**
 * Effects as countable facts: how often each fact stands. Expected and found effects have the same
 * form, so comparing them is comparing maps, and a row that stands twice shows as a 2.
 *
 * @param facts from a fact, written out, to how often it stands
 */
public record Effects(Map<String, Long> facts) {
  /** No effects yet. */
  public Effects() {
    this(new TreeMap<>());
  }

  /** An entry of the ledger. */
  public void entry(
      String eventId, String paymentId, String account, String currency, long amountMinor) {
    count("entry %s %s %s %s %d".formatted(eventId, paymentId, account, currency, amountMinor));
  }

  /** An account's latest balance. */
  public void balance(String account, long balanceMinor, long entries) {
    count("balance %s %d after %d entries".formatted(account, balanceMinor, entries));
  }

  /** A merchant's totals of a day. */
  public void merchantDay(
      String merchantId, String day, String currency, long entries, long amountMinor) {
    count(
        "merchant day %s %s %s %d entries %d"
            .formatted(merchantId, day, currency, entries, amountMinor));
  }

  /** A record that had no effect was written where such records go, by the input record's place. */
  public void setAside(Verdict verdict, String inputRecord) {
    count("set aside %s %s".formatted(verdict, inputRecord));
  }

  /** The job says of how many of a partition's records it gave this verdict. */
  public void counted(int partition, Verdict verdict, long records) {
    if (records > 0) {
      count("counted %d %s in partition %d".formatted(records, verdict, partition));
    }
  }

  private void count(String fact) {
    facts.merge(fact, 1L, Long::sum);
  }
}
