package dev.onceflow.outbox.relay;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a shard was read: everything up to a number, but for the gaps below it.
 *
 * <p>A number is drawn under the lock of its key just before its transaction commits, so a later
 * number, of another key, may be seen first. What a poll doesn't find below the highest that it
 * finds is a gap: its transaction is committing, was prepared and waits, or has rolled back. It is
 * asked for again by every poll until it is found, or until every transaction that had begun when
 * it was missed is over: then nobody can bring it any more. So a poll waits for nobody, and a long
 * transaction anywhere on the server costs a longer list and no time.
 *
 * @param at the highest number that was read
 * @param gaps numbers below it that were not found, each with the first transaction that had not
 *     begun by then
 */
record Cursor(long at, SortedMap<Long, Long> gaps) {
  /** Nothing was read. */
  static final Cursor START = new Cursor(0, new TreeMap<>());

  /**
   * The transactions that a poll could see.
   *
   * @param xmin every transaction below it is over
   * @param xmax no transaction from it on has begun
   */
  record Snapshot(long xmin, long xmax) {}

  Cursor {
    gaps = Collections.unmodifiableSortedMap(new TreeMap<>(gaps));
  }

  /**
   * The cursor after a poll.
   *
   * @param snapshot what the poll could see, by the statement that found the numbers
   * @param found the lowest numbers among the gaps and above the cursor, in one piece: nothing that
   *     the poll could see is missing below the highest of them
   * @param whole whether these were all that there were; else gaps above the highest number found
   *     have not been looked at
   */
  Cursor after(Snapshot snapshot, Collection<Long> found, boolean whole) {
    SortedSet<Long> seen = new TreeSet<>(found);
    long looked = whole ? Long.MAX_VALUE : seen.last();
    SortedMap<Long, Long> left = new TreeMap<>();
    gaps.forEach(
        (number, until) -> {
          // Over when the snapshot was taken, so it would have been found if it had committed.
          boolean isOver = number <= looked && until <= snapshot.xmin();
          if (!seen.contains(number) && !isOver) {
            left.put(number, until);
          }
        });
    long highest = seen.isEmpty() ? at : Math.max(at, seen.last());
    for (long number = at + 1; number < highest; number++) {
      if (!seen.contains(number)) {
        left.put(number, snapshot.xmax());
      }
    }
    return new Cursor(highest, left);
  }
}
