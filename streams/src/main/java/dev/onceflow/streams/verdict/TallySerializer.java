package dev.onceflow.streams.verdict;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A tally as its seven numbers in their order, big-endian, for jobs without a contract for it. */
final class TallySerializer {
  private static final int BYTES = 7 * Long.BYTES;

  private TallySerializer() {}

  static Serde<Tally> serde() {
    return Serdes.serdeFrom(
        (topic, tally) -> tally == null ? null : bytes(tally),
        (topic, bytes) -> bytes == null ? null : tally(bytes));
  }

  private static byte[] bytes(Tally tally) {
    return ByteBuffer.allocate(BYTES)
        .putLong(tally.read())
        .putLong(tally.applied())
        .putLong(tally.rejected())
        .putLong(tally.duplicate())
        .putLong(tally.quarantined())
        .putLong(tally.dlq())
        .putLong(tally.nextOffset())
        .array();
  }

  private static Tally tally(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new SerializationException(
          "A tally has %d bytes, these are %d".formatted(BYTES, bytes.length));
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes);
    return new Tally(
        numbers.getLong(),
        numbers.getLong(),
        numbers.getLong(),
        numbers.getLong(),
        numbers.getLong(),
        numbers.getLong(),
        numbers.getLong());
  }
}
