package dev.onceflow.sink.record;

import org.apache.kafka.connect.sink.SinkRecord;

/** Takes one value as text out of records of one schema: for routes, which look and don't store. */
public final class TextReader {
  private final ValueReader reader;

  private TextReader(ValueReader reader) {
    this.reader = reader;
  }

  /**
   * Makes the reader for records with the schemas of {@code sample}.
   *
   * @throws UnfitRecordException where such records have no such value
   */
  public static TextReader of(ValueSource source, SinkRecord sample) {
    return new TextReader(ValueReader.of(source, sample));
  }

  /** Whether the source stands in the record's value, which a tombstone doesn't have. */
  public static boolean readsValue(ValueSource source) {
    return source instanceof ValueSource.Field;
  }

  /** The text, or null. */
  public String read(SinkRecord record) {
    Object value = reader.read(record);
    return value == null ? null : value.toString();
  }
}
