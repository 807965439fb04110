package dev.onceflow.streams.dedupe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

/** Makes what a decision emits ready to be sent, all of it, before any of it is. */
final class Outputs {
  private static final int BATCH_BYTES = 61;
  private static final int LENGTHS_BYTES = 36;
  private static final int HEADER_BYTES = 10;
  private static final int CHAR_BYTES_MAX = 3;

  private final Map<String, Output<?, ?>> bySink;
  private final int bytesMax;

  /**
   * @param bySink those that are made bytes here; what goes to other nodes stays as it is
   * @param bytesMax the largest record that may be sent, bytes
   */
  Outputs(Map<String, Output<?, ?>> bySink, int bytesMax) {
    this.bySink = Map.copyOf(bySink);
    this.bytesMax = bytesMax;
  }

  /** A record and the node that gets it. */
  record Outgoing(String to, Record<Object, Object> record) {}

  /** An output can't be sent. */
  static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;

    TooLarge(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The records of a decision.
   *
   * @throws TooLarge if one of them can't be sent
   */
  List<Outgoing> of(Decision decision, long timestampMs) throws TooLarge {
    List<Outgoing> outgoing = new ArrayList<>(decision.effects().size());
    for (Effect effect : decision.effects()) {
      if (effect instanceof Effect.Emit emit) {
        Output<?, ?> output = bySink.get(emit.to());
        outgoing.add(
            new Outgoing(
                emit.to(),
                output == null
                    ? new Record<>(emit.key(), emit.value(), timestampMs, emit.headers())
                    : bytes(output, emit, timestampMs)));
      }
    }
    return outgoing;
  }

  private Record<Object, Object> bytes(Output<?, ?> output, Effect.Emit emit, long timestampMs)
      throws TooLarge {
    byte[] key = output.key(emit);
    byte[] value = output.value(emit);
    long size = size(key, value, emit.headers());
    if (size > bytesMax) {
      throw new TooLarge(
          "the event leads to a record of %d bytes for %s; output.bytes.max is %d"
              .formatted(size, output.topic(), bytesMax));
    }
    return new Record<>(key, value, timestampMs, emit.headers());
  }

  // Alone in a batch, with the longest form of each length: never less than what brokers count.
  private static long size(byte[] key, byte[] value, Headers headers) {
    long size = (long) BATCH_BYTES + LENGTHS_BYTES + length(key) + length(value);
    for (Header header : headers) {
      size += HEADER_BYTES + (long) CHAR_BYTES_MAX * header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
