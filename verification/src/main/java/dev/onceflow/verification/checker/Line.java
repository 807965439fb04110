package dev.onceflow.verification.checker;

/**
 * The entries of one account, or of one merchant's day, in the order of the ledger. Version n of
 * what is kept of them is made by the nth.
 *
 * @param <V> what is kept of them
 */
abstract class Line<V> {
  private final ExpectedEntries entries;
  private final LongList numbers = new LongList();
  private int latestSeen;
  private int latestBelowFence;

  Line(ExpectedEntries entries) {
    this.entries = entries;
  }

  /** The key of its records, and what it is called. */
  abstract String name();

  /** What is kept after so many entries. */
  abstract V at(int version);

  void add(int number) {
    numbers.add(number);
  }

  /** How many entries it has. */
  int size() {
    return numbers.size();
  }

  /** The entry that makes a version. */
  int entry(int version) {
    return (int) numbers.at(version - 1);
  }

  ExpectedEntries entries() {
    return entries;
  }

  /** The latest version that was found. */
  int latestSeen() {
    return latestSeen;
  }

  void see(int version) {
    latestSeen = Math.max(latestSeen, version);
  }

  /** The latest version that was found where the sink's fence has passed. */
  int latestBelowFence() {
    return latestBelowFence;
  }

  void seeBelowFence(int version) {
    latestBelowFence = Math.max(latestBelowFence, version);
  }

  /** How many of its entries lie before an offset of the ledger's partitions. */
  int dueVersion(Cut ledger) {
    int due = 0;
    while (due < numbers.size() && ledger.isBefore(entries.place((int) numbers.at(due)))) {
      due++;
    }
    return due;
  }
}
