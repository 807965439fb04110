package dev.onceflow.verification.checker;

/** What is looked at, by the names that reports have. Names are never changed. */
public enum Check {
  /** An effect that must stand does not. */
  LOST("lost", About.EFFECTS),
  /** An effect stands more than once. */
  TWICE("twice", About.EFFECTS),
  /** An effect stands with other content, or with another reason. */
  ALTERED("altered", About.EFFECTS),
  /** Something stands that nothing in the input leads to. */
  FOREIGN("foreign", About.EFFECTS),
  /** Outputs of one input partition don't stand in its order. */
  ORDER("order", About.EFFECTS),
  /** What was read isn't what was applied, rejected, duplicate, quarantined and dead together. */
  CONSERVATION("conservation", About.EFFECTS),
  /** The entries of a currency don't sum to zero. */
  LEDGER_SUM("ledger-sum", About.EFFECTS),
  /** A balance or a total isn't the sum of its entries. */
  BALANCE("balance", About.EFFECTS),
  /** The sink's fence isn't where its tables are. */
  FENCE("fence", About.EFFECTS),
  /** What a job's store answers isn't what the input leads to. */
  STORE("store", About.EFFECTS),
  /** What a changelog holds isn't what the input leads to. */
  CHANGELOG("changelog", About.EFFECTS),
  /** A transaction is open that nobody goes on with. */
  OPEN_TRANSACTION("open-transaction", About.EFFECTS),
  /** Readers of committed records can't read to the end of a log. */
  LSO("lso", About.EFFECTS),
  /** A reader of committed records saw something that doesn't stand, or passed something over. */
  COMMITTED_PREFIX("committed-prefix", About.EFFECTS),
  /** Nobody saw a record of an aborted transaction although producers were killed. */
  ABORTED_SEEN("aborted-seen", About.THE_RUN),
  /** A fault changed nothing that could be seen. */
  FAULT_NOT_BITTEN("fault-not-bitten", About.THE_RUN),
  /** The way didn't recover from a fault. */
  NOT_RECOVERED("not-recovered", About.THE_RUN),
  /** Memory, file handles or state of a process grow without an end in sight. */
  GROWTH("growth", About.THE_RUN);

  private enum About {
    EFFECTS,
    THE_RUN
  }

  private final String text;
  private final About about;

  Check(String text, About about) {
    this.text = text;
    this.about = about;
  }

  /** The stable name. */
  public String text() {
    return text;
  }

  /** Whether a deviation means that effects aren't exactly once, and not only a run is no proof. */
  public boolean isAboutEffects() {
    return about == About.EFFECTS;
  }
}
