package dev.onceflow.outbox.write;

/** What an event says. */
public sealed interface Payload {
  /**
   * JSON. The database reads it: what is published is its own writing of it, with the same meaning
   * (whitespace, the order of keys and repeated keys are not kept).
   *
   * @param text a JSON document
   */
  record Json(String text) implements Payload {
    /** Checks that there is a text; whether it is JSON, the database says. */
    public Json {
      if (text == null) {
        throw new IllegalArgumentException("text is null; for an event without a payload, None");
      }
    }
  }

  /**
   * Bytes that are published as they are, such as Avro in a registry's wire format.
   *
   * @param value not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared: it is on its way to the database.
  record Bytes(byte[] value) implements Payload {
    /** Checks that there are bytes, be it none at all. */
    public Bytes {
      if (value == null) {
        throw new IllegalArgumentException("value is null; for an event without a payload, None");
      }
    }
  }

  /** Nothing: for a compacted topic a tombstone. */
  record None() implements Payload {}
}
