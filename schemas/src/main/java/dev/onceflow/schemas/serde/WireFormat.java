package dev.onceflow.schemas.serde;

/** Confluent's wire format: a zero byte, the schema's ID in four bytes, then Avro's binary form. */
final class WireFormat {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 5;

  private WireFormat() {}
}
