package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.verdict.Outcome;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What was decided about each event ID: arrival, content hash, outcome, in 17 bytes. One point get
 * per event, one put per decided event.
 *
 * <p>The content hash is the first 64 bits of SHA-256 over the record's value. It is only ever
 * compared with the hash of the same event ID, so the chance that an altered event passes for a
 * duplicate is 2^-64 for each altered event, however many are remembered; and in both cases it
 * takes no effect: what could be lost is the notice, not the money.
 *
 * <p>Owned by one task, so by one thread.
 */
final class Memory {
  private static final int ENTRY_BYTES = Long.BYTES + Long.BYTES + 1;
  private static final int HASH_AT = Long.BYTES;
  private static final int OUTCOME_AT = Long.BYTES + Long.BYTES;

  private final KeyValueStore<Bytes, byte[]> store;
  private final MessageDigest sha256 = sha256();

  Memory(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  Bytes key(String eventId) {
    return EventKey.of(eventId, sha256);
  }

  long contentHash(byte[] value) {
    return value == null ? 0 : ByteBuffer.wrap(sha256.digest(value)).getLong();
  }

  Verdict verdict(Bytes key, long contentHash) {
    byte[] entry = store.get(key);
    if (entry == null) {
      return Verdict.NEW;
    }
    Outcome outcome = Outcome.ofCode(entry[OUTCOME_AT]);
    if (outcome != Outcome.APPLIED && outcome != Outcome.REJECTED) {
      // It went aside without effect and is redriven under its own ID.
      return Verdict.NEW;
    }
    return ByteBuffer.wrap(entry).getLong(HASH_AT) == contentHash
        ? Verdict.DUPLICATE
        : Verdict.ALTERED;
  }

  void remember(Bytes key, long arrivalMs, long contentHash, Outcome outcome) {
    byte[] entry =
        ByteBuffer.allocate(ENTRY_BYTES)
            .putLong(arrivalMs)
            .putLong(contentHash)
            .put(outcome.code())
            .array();
    store.put(key, entry);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
