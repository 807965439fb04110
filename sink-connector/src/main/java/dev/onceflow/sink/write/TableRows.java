package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.RowEncoder;
import dev.onceflow.sink.record.UnfitRecordException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;

/** One target table's rows in one batch, in memory, by the stage that they go to. */
final class TableRows {
  /** Room for the bytes of an int8 field, with its length. */
  private static final int INT8_FIELD = 12;

  private final TablePlan plan;
  private final SeenInBatch seen;
  private final Positions positions;
  private final Arrivals arrivals;
  private final long skewMaxMs;
  private final Map<Stage, CopyBuffer> buffers = new LinkedHashMap<>();
  private final int rowsFrom = new CopyBuffer().size();
  private final MessageDigest digest = EventKey.sha256();

  private Stage lastStage;
  private CopyBuffer lastBuffer;
  private CopyBuffer lastAppended;
  private KeysByStage keys;
  private boolean hasRows;
  private long twins;

  TableRows(TablePlan plan, SeenInBatch seen, Positions positions, Arrivals arrivals) {
    this.plan = plan;
    this.skewMaxMs = plan.skewMaxMs();
    this.arrivals = arrivals;
    this.seen = seen;
    this.positions = positions;
  }

  TablePlan plan() {
    return plan;
  }

  /**
   * Adds the record's row.
   *
   * @param order the record's place in its batch
   * @param arrivalMs when it came
   * @return false where the batch must end before this record
   * @throws UnfitRecordException where the table can't hold it; call {@link #undo} then, too
   */
  boolean append(SinkRecord record, int order, long arrivalMs) {
    lastAppended = null;
    if (record.value() == null) {
      return appendTombstone(record, order);
    }
    TablePlan.Compiled ready = plan.compiledFor(record);
    CopyBuffer buffer = begin(ready.stage(), order);
    return switch (plan.layout().prefix()) {
      case NONE -> encodeOnce(ready.encoder(), record, buffer);
      case ORDER -> encodeInOrder(ready.encoder(), record, buffer);
      case POSITION -> {
        buffer.putBool(false);
        putPosition(record, buffer);
        yield encodeInOrder(ready.encoder(), record, buffer);
      }
      case EVENT, BATCH -> encodeEvent(ready.encoder(), record, buffer, arrivalMs);
    };
  }

  private boolean appendTombstone(SinkRecord record, int order) {
    RowEncoder encoder = plan.tombstoneEncoder(record);
    Stage stage = hasRows ? lastStage : plan.tombstoneStage();
    CopyBuffer buffer = begin(stage, order);
    buffer.putBool(true);
    putPosition(record, buffer);
    boolean fits = encodeInOrder(encoder, record, buffer);
    for (int i = plan.layout().tombstoneWidth(); i < stage.columns().size(); i++) {
      buffer.putNull();
    }
    return fits;
  }

  private CopyBuffer begin(Stage stage, int order) {
    if (!stage.equals(lastStage)) {
      if (hasRows && keys == null && stage.prefix().isOrdered()) {
        indexKeys();
      }
      lastBuffer = buffers.computeIfAbsent(stage, s -> new CopyBuffer());
      lastStage = stage;
    }
    lastBuffer.beginRow(stage.width());
    lastAppended = lastBuffer;
    hasRows = true;
    if (stage.prefix() != Stage.Prefix.NONE) {
      lastBuffer.putInt4(order);
    }
    return lastBuffer;
  }

  /** Two schemas in one batch: from now on the place of each key is known. */
  private void indexKeys() {
    keys = new KeysByStage(plan.layout().identity().size());
    buffers.forEach((stage, buffer) -> keys.addAll(stage, buffer, rowsFrom));
  }

  private void putPosition(SinkRecord record, CopyBuffer buffer) {
    buffer.putText(positions.of(record));
    buffer.putInt8(Coordinates.offset(record));
  }

  private boolean encodeOnce(RowEncoder encoder, SinkRecord record, CopyBuffer buffer) {
    int columnsFrom = buffer.size();
    encoder.encode(record, buffer);
    if (plan.dropsTwins() && seen.add(key(buffer, columnsFrom), 0) != SeenInBatch.Kind.FIRST) {
      dropTwin();
    }
    return true;
  }

  private boolean encodeInOrder(RowEncoder encoder, SinkRecord record, CopyBuffer buffer) {
    int columnsFrom = buffer.size();
    encoder.encode(record, buffer);
    return keys == null || keys.add(key(buffer, columnsFrom), lastStage);
  }

  private ByteBuffer key(CopyBuffer buffer, int columnsFrom) {
    return KeysByStage.key(buffer.written(columnsFrom), plan.layout().identity().size());
  }

  private boolean encodeEvent(
      RowEncoder encoder, SinkRecord record, CopyBuffer buffer, long arrivalMs) {
    EventKey id = EventKey.of(encoder.eventId(record));
    refuseFuture(id, record, arrivalMs);
    buffer.putUuid(id.bits());
    buffer.putBool(id.isTimed());
    int contentAt = buffer.size();
    buffer.putInt8(0);
    buffer.putInt8(arrivalMs);
    encoder.encode(record, buffer);
    digest.update(buffer.written(contentAt + 2 * INT8_FIELD));
    long content = ByteBuffer.wrap(digest.digest()).getLong();
    buffer.setInt8(contentAt, content);
    // Two of one ID in a stage would both count.
    if (plan.dropsTwins()) {
      switch (seen.add(id, content)) {
        case FIRST -> {}
        case TWIN -> dropTwin();
        case ALTERED -> {
          // Altered by which of the two, only the memory can say: the next batch asks it.
          return false;
        }
      }
    }
    arrivals.add(id, arrivalMs);
    return true;
  }

  // Remembered, it would one day lift the floor over everybody.
  private void refuseFuture(EventKey id, SinkRecord record, long arrivalMs) {
    if (!id.isTimed()) {
      return;
    }
    boolean hasTime = record.timestamp() != null;
    if (!hasTime && arrivalMs == 0) {
      return; // a partition that has shown no time yet: nothing to be ahead of
    }
    long aheadMs = id.timeMs() - (hasTime ? record.timestamp() : arrivalMs);
    if (aheadMs > skewMaxMs) {
      throw new UnfitRecordException(
          UnfitRecordException.Reason.FUTURE,
          ("table %s: the event ID of record %s was minted %s ms after %s, more than"
                  + " dedupe.skew.max.ms=%d; correct the producer's clock, or allow for more")
              .formatted(
                  plan.spec().name(),
                  Coordinates.text(record),
                  aheadMs,
                  hasTime
                      ? "the record's timestamp"
                      : "the latest timestamp of its partition (it has none itself)",
                  skewMaxMs));
    }
  }

  private void dropTwin() {
    undoRow();
    twins++;
  }

  private void undoRow() {
    lastAppended.undoRow();
    lastAppended = null;
  }

  /** Takes back what the last {@link #append} did, whole or in part. */
  void undo() {
    if (lastAppended != null) {
      undoRow();
    }
  }

  void clear() {
    buffers.values().forEach(CopyBuffer::clear);
    keys = null;
    hasRows = false;
    twins = 0;
  }

  /** How many rows were left out, since their events have rows in this batch already. */
  long twins() {
    return twins;
  }

  long bytes() {
    long bytes = 0;
    for (CopyBuffer buffer : buffers.values()) {
      bytes += buffer.size();
    }
    return bytes;
  }

  /** The rows by stage; some may have none. */
  Map<Stage, CopyBuffer> buffers() {
    return buffers;
  }
}
