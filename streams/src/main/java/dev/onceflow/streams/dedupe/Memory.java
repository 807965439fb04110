package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.verdict.Outcome;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What was decided about each event ID within the horizon. At most one point get per event, one put
 * per decided event.
 *
 * <p>Owned by one task, so by one thread.
 */
final class Memory {
  /** The time of a release that nobody gave. */
  static final long NOT_RELEASED = -1;

  private final KeyValueStore<Bytes, byte[]> entries;
  private final Buckets buckets;
  private final Sweep sweep;
  private final RecentKeys recent;
  private final DedupeConfig config;
  private final MessageDigest sha256 = sha256();

  Memory(
      KeyValueStore<Bytes, byte[]> entries,
      KeyValueStore<Long, byte[]> standing,
      DedupeConfig config) {
    this(entries, standing, config, RecentKeys.KEYS_MAX);
  }

  /**
   * @param recentKeysMax what {@link RecentKeys} is made with
   */
  Memory(
      KeyValueStore<Bytes, byte[]> entries,
      KeyValueStore<Long, byte[]> standing,
      DedupeConfig config,
      int recentKeysMax) {
    this.entries = entries;
    this.buckets = new Buckets(standing, config.horizonMs());
    this.sweep = new Sweep(entries, standing, buckets);
    this.recent = new RecentKeys(buckets.highestMs(), recentKeysMax);
    this.config = config;
    refuseEntriesWithoutBuckets();
  }

  // Their highest ID is not known, so the floor wouldn't rise when they are forgotten.
  private void refuseEntriesWithoutBuckets() {
    if (buckets.isUnused()) {
      try (KeyValueIterator<Bytes, byte[]> any = entries.all()) {
        if (any.hasNext()) {
          throw new IllegalStateException(
              """
              Store %s holds event IDs and no time at which they came: it was written by an \
              earlier version, or its -buckets changelog is lost. Start under another \
              application.id, or restore that changelog.\
              """
                  .formatted(entries.name()));
        }
      }
    }
  }

  /**
   * @param eventTimeMs when the event happened; counts where its ID has no time inside
   */
  EventKey key(String eventId, long eventTimeMs) {
    return EventKey.of(eventId, sha256).datedBy(eventTimeMs);
  }

  long contentHash(byte[] value) {
    return value == null ? 0 : ByteBuffer.wrap(sha256.digest(value)).getLong();
  }

  /**
   * What an event is. Moves the clock; called once for each record, in the order of the input.
   *
   * @param timestampMs its record's own timestamp
   * @param releasedMs when an operator said that it was not seen although memory can't prove it,
   *     ms; {@link #NOT_RELEASED} where nobody did
   */
  Verdict verdict(EventKey key, long contentHash, long timestampMs, long releasedMs) {
    buckets.advance(timestampMs);
    sweep.stepIfDue();
    // Memory comes before the clock: a copy of a known event whose own time is another one, and far
    // ahead, would be told to come again when that time has come, and memory has forgotten by then.
    Optional<Verdict> known = ofMemory(key, contentHash);
    if (known.isPresent() && known.get() != Verdict.NEW) {
      return known.get();
    }
    if (key.timeMs() != EventKey.NO_TIME && key.timeMs() - timestampMs > config.skewMaxMs()) {
      return Verdict.FUTURE;
    }
    return known.orElseGet(
        () ->
            buckets.mayBeForgotten(key.timeMs()) && !isReleased(releasedMs)
                ? Verdict.UNPROVABLE
                : Verdict.NEW);
  }

  /** What memory says of an event; nothing where it doesn't have it, or has forgotten it. */
  private Optional<Verdict> ofMemory(EventKey key, long contentHash) {
    byte[] bytes = recent.mayHold(key) ? entries.get(key.bytes()) : null;
    return Optional.ofNullable(bytes)
        .map(Entry::of)
        .filter(entry -> entry.arrivalMs() >= buckets.forgottenBeforeMs())
        .map(entry -> ofKnown(entry, contentHash));
  }

  // The word of an operator stands in the input for as long as the input is kept, and goes along
  // when the record is set aside and sent again. So it counts only while a decision that it led to
  // would still be remembered: that decision's arrival can't be before the word.
  private boolean isReleased(long releasedMs) {
    return releasedMs != NOT_RELEASED
        && releasedMs - config.skewMaxMs() >= buckets.forgottenBeforeMs()
        && releasedMs - config.skewMaxMs() <= buckets.clockMs();
  }

  private static Verdict ofKnown(Entry entry, long contentHash) {
    if (entry.outcome() != Outcome.APPLIED && entry.outcome() != Outcome.REJECTED) {
      // It went aside without effect and is redriven under its own ID.
      return Verdict.NEW;
    }
    return entry.contentHash() == contentHash ? Verdict.DUPLICATE : Verdict.ALTERED;
  }

  /** Remembers the event whose verdict was asked for last. */
  void remember(EventKey key, long contentHash, Outcome outcome) {
    entries.put(key.bytes(), new Entry(buckets.clockMs(), contentHash, outcome).bytes());
    buckets.add(key);
    recent.add(key);
    sweep.remembered();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
