package dev.onceflow.sink.dedupe;

import dev.onceflow.sink.write.Arrivals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;

/**
 * What the database says of one effect's memory, but for the events themselves.
 *
 * @param version counts how often something was forgotten; what this says holds only with it
 * @param floorMs the highest time inside of a forgotten ID; empty where nothing was forgotten
 * @param ranges by their beginning; they don't overlap
 * @param lost ranges without a table, which somebody dropped by hand; or which another task is
 *     dropping just now, if this was read without {@link MemoryLocks#layout}
 * @param generations the newest one first, two at most
 */
record MemoryState(
    long version,
    OptionalLong floorMs,
    NavigableMap<Long, Range> ranges,
    List<Range> lost,
    List<Generation> generations) {

  /** IDs minted in a range of time, its end not included. */
  record Range(long fromMs, long toMs, long newestArrivalMs) {}

  /** IDs without a time, by when they came. */
  record Generation(int number, long fromMs, long newestArrivalMs) {}

  /** The range that takes IDs of that hour, or null. */
  Range rangeOf(long slotMs) {
    Map.Entry<Long, Range> below = ranges.floorEntry(slotMs);
    return below == null || below.getValue().toMs() <= slotMs ? null : below.getValue();
  }

  /** Whether a batch's new events have their places, and what was lost is accounted for. */
  boolean covers(Arrivals arrivals) {
    if (!lost.isEmpty()) {
      return false;
    }
    for (Map.Entry<Long, Long> slot : arrivals.newestBySlot().entrySet()) {
      if (!isForgotten(slot.getKey()) && !isReserved(slot.getKey(), slot.getValue())) {
        return false;
      }
    }
    return !arrivals.hasOpaque()
        || (!generations.isEmpty()
            && generations.get(0).newestArrivalMs() >= arrivals.newestOpaqueMs());
  }

  /**
   * Whether IDs of that hour have a range, in which that arrival is written down or a later one.
   */
  boolean isReserved(long slotMs, long newestArrivalMs) {
    Range range = rangeOf(slotMs);
    return range != null && range.newestArrivalMs() >= newestArrivalMs;
  }

  /** Whether no ID of that hour can be new. */
  boolean isForgotten(long slotMs) {
    return floorMs.isPresent() && slotMs + Arrivals.SLOT_MS - 1 <= floorMs.getAsLong();
  }

  /** The new range for IDs of that hour, as wide as its neighbours leave it. */
  Range newRange(long slotMs, long widthMs, long newestArrivalMs) {
    long from = slotMs / widthMs * widthMs;
    long to = from + widthMs;
    Map.Entry<Long, Range> below = ranges.lowerEntry(slotMs);
    if (below != null) {
      from = Math.max(from, below.getValue().toMs());
    }
    Map.Entry<Long, Range> above = ranges.higherEntry(slotMs);
    if (above != null) {
      to = Math.min(to, above.getKey());
    }
    return new Range(from, to, newestArrivalMs);
  }

  /** The ranges that may be forgotten. */
  List<Range> passed(Horizon horizon, long clockMs) {
    List<Range> passed = new ArrayList<>();
    for (Range range : ranges.values()) {
      if (horizon.hasPassed(range.newestArrivalMs(), clockMs)) {
        passed.add(range);
      }
    }
    return passed;
  }

  /** Whether it is time for a new generation, since the one before can go. */
  boolean isRotationDue(Horizon horizon, long clockMs) {
    return !generations.isEmpty()
        && horizon.hasPassed(generations.get(0).fromMs(), clockMs)
        && (generations.size() == 1
            || horizon.hasPassed(generations.get(1).newestArrivalMs(), clockMs));
  }

  /** For how long the first of all that may be forgotten could have been; 0 where nothing may. */
  long overdueMs(Horizon horizon, long clockMs) {
    long overdueMs = 0;
    for (Range range : passed(horizon, clockMs)) {
      overdueMs = Math.max(overdueMs, horizon.overdueMs(range.newestArrivalMs(), clockMs));
    }
    if (isRotationDue(horizon, clockMs)) {
      long newestMs =
          generations.size() == 1
              ? generations.get(0).fromMs()
              : Math.max(generations.get(0).fromMs(), generations.get(1).newestArrivalMs());
      overdueMs = Math.max(overdueMs, horizon.overdueMs(newestMs, clockMs));
    }
    return overdueMs;
  }
}
