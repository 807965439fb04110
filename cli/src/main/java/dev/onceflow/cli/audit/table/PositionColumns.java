package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The columns in which a row keeps where its record stands, so that a row whose record is out of
 * sight is known for what it is.
 *
 * @param partition index of the partition's column among those compared
 * @param offset index of the offset's
 */
record PositionColumns(int partition, int offset, Map<Integer, Long> from) {

  /**
   * The columns, if there are such.
   *
   * @param from the first offset in sight, by partition
   */
  static Optional<PositionColumns> of(
      InsertEffect effect, List<ComparedColumn> columns, Map<Integer, Long> from) {
    int partition = -1;
    int offset = -1;
    for (int i = 0; i < columns.size(); i++) {
      Optional<ValueSource> source = effect.source(columns.get(i).name(), List.of());
      boolean isNumber =
          columns.get(i).kind() == ColumnKind.INT4 || columns.get(i).kind() == ColumnKind.INT8;
      if (isNumber && source.equals(Optional.of(ValueSource.Part.PARTITION))) {
        partition = i;
      } else if (isNumber && source.equals(Optional.of(ValueSource.Part.OFFSET))) {
        offset = i;
      }
    }
    return partition < 0 || offset < 0
        ? Optional.empty()
        : Optional.of(new PositionColumns(partition, offset, from));
  }

  /** Where the record of a row stands, by what the row says. */
  Place place(byte[] row, int rowFrom) {
    long ofPartition = value(row, rowFrom, partition);
    long ofOffset = value(row, rowFrom, offset);
    // A partition without a fence isn't read.
    boolean inSight = ofOffset >= from.getOrDefault((int) ofPartition, Long.MAX_VALUE);
    return new Place((int) ofPartition, ofOffset, inSight);
  }

  private static long value(byte[] row, int rowFrom, int index) {
    int at = rowFrom;
    for (int i = 0; i < index; i++) {
      at += Integer.BYTES + Math.max(0, RowBuffer.intAt(row, at));
    }
    int length = RowBuffer.intAt(row, at);
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = (value << 8) | (row[at + Integer.BYTES + i] & 0xff);
    }
    return length == Integer.BYTES ? (int) value : value;
  }
}
