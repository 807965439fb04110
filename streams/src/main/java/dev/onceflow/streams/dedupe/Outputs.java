package dev.onceflow.streams.dedupe;

import dev.onceflow.streams.route.RecordSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes what a decision emits ready to be sent, and measures what it puts into stores, all of it,
 * before any of it is sent or put.
 */
final class Outputs {
  private final Map<String, Output<?, ?>> bySink;
  private final Map<String, Output<?, ?>> byStore;
  private final int bytesMax;

  /**
   * @param bySink those that are made bytes here; what goes to other nodes stays as it is
   * @param byStore how what is put into stores is written to their changelogs
   * @param bytesMax the largest record that may be sent, to changelogs too, bytes
   */
  Outputs(Map<String, Output<?, ?>> bySink, Map<String, Output<?, ?>> byStore, int bytesMax) {
    this.bySink = Map.copyOf(bySink);
    this.byStore = Map.copyOf(byStore);
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
   * @throws TooLarge if one of them, or a change of a store, can't be sent
   */
  List<Outgoing> of(Decision decision, long timestampMs) throws TooLarge {
    List<Outgoing> outgoing = new ArrayList<>(decision.effects().size());
    for (Effect effect : decision.effects()) {
      if (effect instanceof Effect.Emit emit) {
        outgoing.add(new Outgoing(emit.to(), record(emit, timestampMs)));
      } else if (effect instanceof Effect.Put<?, ?> put) {
        Output<?, ?> changelog = byStore.get(put.store().name());
        if (changelog != null) {
          // Not the store's own bytes, which come when it is too late to say no.
          bytes(changelog, new Record<>(put.key(), put.value(), timestampMs));
        }
      }
    }
    return outgoing;
  }

  private Record<Object, Object> record(Effect.Emit emit, long timestampMs) throws TooLarge {
    Output<?, ?> output = bySink.get(emit.to());
    if (output == null) {
      return new Record<>(emit.key(), emit.value(), timestampMs, emit.headers());
    }
    return bytes(output, new Record<>(emit.key(), emit.value(), timestampMs, emit.headers()));
  }

  private Record<Object, Object> bytes(Output<?, ?> output, Record<Object, Object> record)
      throws TooLarge {
    byte[] key = output.key(record.key(), record.headers());
    byte[] value = output.value(record.value(), record.headers());
    long size = RecordSize.of(key, value, record.headers());
    if (size > bytesMax) {
      throw new TooLarge(
          "the event leads to a record of %d bytes for %s; output.bytes.max is %d"
              .formatted(size, output.topic(), bytesMax));
    }
    return record.<Object>withKey(key).withValue(value);
  }
}
