package dev.onceflow.verification.checker;

/** What must stand in one topic: each record by its identity, in the order of the input. */
final class ExpectedRecords {
  private final IdTable byId = new IdTable();
  private final LongList highs = new LongList();
  private final LongList lows = new LongList();
  private final LongList contents = new LongList();
  private final LongList sources = new LongList();
  private final LongList times = new LongList();

  /**
   * One more.
   *
   * @param source the packed place of its input record
   * @return its number; one that is there already must stand once more
   */
  int add(long high, long low, long content, long source) {
    int known = byId.find(high, low);
    if (known != IdTable.NONE) {
      times.set(known, times.at(known) + 1);
      return known;
    }
    int number = contents.size();
    byId.put(high, low, number);
    highs.add(high);
    lows.add(low);
    contents.add(content);
    sources.add(source);
    times.add(1);
    return number;
  }

  /** The number of a record, {@link IdTable#NONE} where it isn't expected. */
  int find(long high, long low) {
    return byId.find(high, low);
  }

  long high(int number) {
    return highs.at(number);
  }

  long low(int number) {
    return lows.at(number);
  }

  long content(int number) {
    return contents.at(number);
  }

  /** The packed place of its input record. */
  long source(int number) {
    return sources.at(number);
  }

  /** How often it must stand: once, unless its event was new again after it was forgotten. */
  long times(int number) {
    return times.at(number);
  }

  int size() {
    return contents.size();
  }
}
