package dev.onceflow.verification.checker;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Which event IDs one partition has decided, and what the rules of forgetting say of the next one.
 * Written as the rules are, by looking at single events: each lies in the bucket of its arrival, is
 * forgotten when the clock has passed that bucket's end by the horizon, and the floor is the
 * highest time of any forgotten event. An event's time is the one inside its ID, or occurred_at.
 *
 * <p>Arrivals never go down, so events are forgotten in the order in which they were remembered.
 */
final class SeenIds {
  /** The time of an ID that has none inside. */
  static final long NO_TIME = -1;

  private static final int UUID_CHARS = 36;
  private static final int VERSION_7 = 7;
  private static final int VARIANT_RFC = 2;

  /** What memory says of an event. */
  enum Answer {
    NEW,
    DUPLICATE,
    ALTERED,
    UNPROVABLE,
    FUTURE
  }

  private final Rules rules;
  private final IdTable latest = new IdTable();
  private final LongList highs = new LongList();
  private final LongList lows = new LongList();
  private final LongList arrivals = new LongList();
  private final LongList contents = new LongList();
  private final LongList times = new LongList();
  private final LongList outcomes = new LongList();
  private long clockMs = Long.MIN_VALUE;
  private long floorMs = NO_TIME;
  private int forgotten;

  SeenIds(Rules rules) {
    this.rules = rules;
  }

  /**
   * What the next record's event is; moves the clock.
   *
   * @param timeMs the time inside the IDs of what follows from it
   */
  Answer ask(String eventId, long timeMs, long content, long timestampMs) {
    clockMs = Math.max(clockMs, Math.max(0, timestampMs));
    while (forgotten < arrivals.size() && rules.isForgotten(arrivals.at(forgotten), clockMs)) {
      floorMs = Math.max(floorMs, times.at(forgotten));
      forgotten++;
    }
    UUID key = key(eventId);
    int known = latest.find(key.getMostSignificantBits(), key.getLeastSignificantBits());
    boolean isKnown = known != IdTable.NONE && known >= forgotten;
    if (isKnown && hadEffect(known)) {
      return contents.at(known) == content ? Answer.DUPLICATE : Answer.ALTERED;
    }
    if (timeMs - Math.max(0, timestampMs) > rules.skewMaxMs()) {
      return Answer.FUTURE;
    }
    return isKnown || timeMs > floorMs ? Answer.NEW : Answer.UNPROVABLE;
  }

  private boolean hadEffect(int index) {
    long outcome = outcomes.at(index);
    return outcome == code(Verdict.APPLIED) || outcome == code(Verdict.REJECTED);
  }

  /** Remembers the event that was asked for last. */
  void remember(String eventId, long timeMs, long content, Verdict outcome) {
    UUID key = key(eventId);
    latest.put(key.getMostSignificantBits(), key.getLeastSignificantBits(), arrivals.size());
    highs.add(key.getMostSignificantBits());
    lows.add(key.getLeastSignificantBits());
    arrivals.add(clockMs);
    contents.add(content);
    times.add(timeMs);
    outcomes.add(code(outcome));
  }

  /** How many were remembered, forgotten ones and repeated ones among them. */
  int size() {
    return arrivals.size();
  }

  /** Whether this is the last word on its ID, and must still be known. */
  boolean mustBeKnown(int index) {
    return index >= forgotten && latest.find(highs.at(index), lows.at(index)) == index;
  }

  /** Which of them is the last word on a key; {@link IdTable#NONE} if it was never remembered. */
  int find(UUID key) {
    return latest.find(key.getMostSignificantBits(), key.getLeastSignificantBits());
  }

  /** What is remembered of one: arrival, content hash and outcome, in 17 bytes (decision 11). */
  ByteBuffer entry(int index) {
    return ByteBuffer.allocate(2 * Long.BYTES + 1)
        .putLong(arrivals.at(index))
        .putLong(contents.at(index))
        .put((byte) outcomes.at(index))
        .flip();
  }

  /** The 16 bytes that an ID is remembered by (decision 11). */
  UUID keyOf(int index) {
    return new UUID(highs.at(index), lows.at(index));
  }

  private static long code(Verdict outcome) {
    return switch (outcome) {
      case APPLIED -> 1;
      case REJECTED -> 2;
      case DUPLICATE -> 3;
      case QUARANTINED -> 4;
      case DLQ -> 5;
    };
  }

  /** The milliseconds in front of a UUIDv7; {@link #NO_TIME} in all other IDs. */
  static long timeInside(String eventId) {
    UUID uuid = uuid(eventId);
    return uuid != null && uuid.version() == VERSION_7 && uuid.variant() == VARIANT_RFC
        ? uuid.getMostSignificantBits() >>> 16
        : NO_TIME;
  }

  // A canonical UUID is its own key, unless it has the variant bits that hashes are marked with.
  private static UUID key(String eventId) {
    UUID uuid = uuid(eventId);
    if (uuid != null && uuid.getLeastSignificantBits() >>> 61 != 7) {
      return uuid;
    }
    ByteBuffer hash = ByteBuffer.wrap(Sha.whole(eventId));
    return new UUID(hash.getLong(), hash.getLong() | 7L << 61);
  }

  private static UUID uuid(String eventId) {
    if (eventId.length() != UUID_CHARS) {
      return null;
    }
    try {
      UUID uuid = UUID.fromString(eventId);
      return uuid.toString().equals(eventId) ? uuid : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
