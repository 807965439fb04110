package dev.onceflow.sink.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What a record can be known by again: a record at the same offset with another fingerprint means
 * that the topic was created again or cut off.
 *
 * @param keyHash SHA-256 of the key, of its text where the converter gave no bytes; empty for none
 * @param eventId the CloudEvents ID, empty where there is no such header
 */
public record Fingerprint(
    long offset, Optional<Long> timestampMs, Optional<byte[]> keyHash, Optional<String> eventId) {
  private static final ValueSource EVENT_ID = new ValueSource.Header("ce_id");

  /** The fingerprint of a record. */
  public static Fingerprint of(SinkRecord record) {
    return new Fingerprint(
        Coordinates.offset(record),
        Optional.ofNullable(record.timestamp()),
        Optional.ofNullable(record.key()).map(Fingerprint::hash),
        Optional.ofNullable((String) ValueReader.of(EVENT_ID, record).read(record)));
  }

  /** Whether the other is of the same record. */
  public boolean matches(Fingerprint other) {
    return offset == other.offset
        && timestampMs.equals(other.timestampMs)
        && Arrays.equals(keyHash.orElse(null), other.keyHash.orElse(null))
        && eventId.equals(other.eventId);
  }

  /** What can be said of it in a message: everything but the key's hash. */
  @Override
  public String toString() {
    return "offset %d, timestamp %s, event ID %s"
        .formatted(
            offset,
            timestampMs.map(Instant::ofEpochMilli).map(Instant::toString).orElse("none"),
            eventId.orElse("none"));
  }

  private static byte[] hash(Object key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      if (key instanceof ByteBuffer buffer) {
        digest.update(buffer.duplicate());
      } else if (key instanceof byte[] bytes) {
        digest.update(bytes);
      } else {
        digest.update(key.toString().getBytes(StandardCharsets.UTF_8));
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
