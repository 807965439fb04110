package dev.onceflow.sink.record;

import org.apache.kafka.connect.sink.SinkRecord;

/** What a delivered record says of rows. Never changes the delivered record itself. */
public interface RecordShape {
  /** The value is the row, and no value means that the row of the key is gone. */
  RecordShape PLAIN = delivered -> delivered;

  /**
   * The record as tables see it, with the coordinates of the delivered one.
   *
   * @return the delivered one where it is that already; null where it says nothing of any row
   * @throws UnfitRecordException where it says something that can't be done
   */
  SinkRecord read(SinkRecord delivered);
}
