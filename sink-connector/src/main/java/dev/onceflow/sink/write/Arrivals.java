package dev.onceflow.sink.write;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * When the events of one effect in one batch arrived, by the hour inside of their IDs. It may hold
 * more than what was staged in the end. All times are in Unix milliseconds.
 */
public final class Arrivals {
  /** Times inside of IDs are told apart by this much. */
  public static final long SLOT_MS = TimeUnit.HOURS.toMillis(1);

  private static final long NONE = Long.MIN_VALUE;

  private final Map<Long, Long> newestBySlot = new HashMap<>();
  private long earliestIdMs = Long.MAX_VALUE;
  private long newestOpaqueMs = NONE;
  private long lastSlot = NONE;
  private long lastNewestMs = NONE;

  void add(EventKey id, long arrivalMs) {
    if (!id.isTimed()) {
      newestOpaqueMs = Math.max(newestOpaqueMs, arrivalMs);
      return;
    }
    earliestIdMs = Math.min(earliestIdMs, id.timeMs());
    long slot = id.timeMs() / SLOT_MS * SLOT_MS;
    if (slot != lastSlot || arrivalMs > lastNewestMs) {
      lastNewestMs = newestBySlot.merge(slot, arrivalMs, Math::max);
      lastSlot = slot;
    }
  }

  void clear() {
    newestBySlot.clear();
    earliestIdMs = Long.MAX_VALUE;
    newestOpaqueMs = NONE;
    lastSlot = NONE;
    lastNewestMs = NONE;
  }

  /** The newest arrival of time-ordered IDs, by the time at which their hour begins. */
  public Map<Long, Long> newestBySlot() {
    return Collections.unmodifiableMap(newestBySlot);
  }

  /** The earliest time inside of an ID. */
  public long earliestIdMs() {
    return earliestIdMs;
  }

  /** Whether there are IDs with a time inside. */
  public boolean hasTimed() {
    return !newestBySlot.isEmpty();
  }

  /** Whether there are IDs without a time inside. */
  public boolean hasOpaque() {
    return newestOpaqueMs != NONE;
  }

  /** The newest arrival of an ID without a time inside; only where there is one. */
  public long newestOpaqueMs() {
    return newestOpaqueMs;
  }
}
