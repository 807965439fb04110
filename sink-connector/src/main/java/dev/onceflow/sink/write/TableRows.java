package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.CopyBuffer;
import dev.onceflow.sink.postgres.UnfitValueException;
import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.UnfitRecordException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.sink.SinkRecord;

/** One target table's rows in one batch, in memory, by the stage that they go to. */
final class TableRows {
  private final TablePlan plan;
  private final Map<Stage, CopyBuffer> buffers = new LinkedHashMap<>();
  private final Set<String> eventIds = new HashSet<>();

  private Stage lastStage;
  private CopyBuffer lastBuffer;
  private CopyBuffer lastAppended;
  private String lastEventId;

  TableRows(TablePlan plan) {
    this.plan = plan;
  }

  /**
   * Adds the record's row, where the table wants the record.
   *
   * @param order the record's place in its batch
   * @throws UnfitRecordException where it wants it and can't hold it; call {@link #undo} then
   */
  void append(SinkRecord record, int order) {
    lastAppended = null;
    lastEventId = null;
    if (record.value() == null) {
      throw new UnfitRecordException(
          "table %s: record %s is a tombstone, and effect delete isn't built yet"
              .formatted(plan.spec().name(), Coordinates.text(record)));
    }
    TablePlan.Compiled ready = plan.compiledFor(record);
    if (!ready.encoder().selects(record)) {
      return;
    }
    Stage stage = ready.stage();
    String eventId = null;
    if (stage.eventId() == Stage.EventId.STAGED) {
      eventId = ready.encoder().eventId(record);
      // Joined to what RETURNING gives, twins of one batch would both count.
      if (plan.dropsTwins() && !eventIds.add(eventId)) {
        return;
      }
      lastEventId = eventId;
    }
    CopyBuffer buffer = bufferOf(stage);
    buffer.beginRow(stage.width());
    lastAppended = buffer;
    buffer.putInt4(order);
    if (eventId != null) {
      putEventId(buffer, eventId, record);
    }
    ready.encoder().encode(record, buffer);
  }

  private CopyBuffer bufferOf(Stage stage) {
    if (!stage.equals(lastStage)) {
      lastBuffer = buffers.computeIfAbsent(stage, s -> new CopyBuffer());
      lastStage = stage;
    }
    return lastBuffer;
  }

  private void putEventId(CopyBuffer buffer, String eventId, SinkRecord record) {
    try {
      buffer.putText(eventId);
    } catch (UnfitValueException e) {
      throw new UnfitRecordException(
          "table %s: the event ID of record %s %s"
              .formatted(plan.spec().name(), Coordinates.text(record), e.getMessage()));
    }
  }

  /** Takes back what the last {@link #append} did, whole or in part. */
  void undo() {
    if (lastAppended != null) {
      lastAppended.undoRow();
      lastAppended = null;
    }
    if (lastEventId != null) {
      eventIds.remove(lastEventId);
      lastEventId = null;
    }
  }

  void clear() {
    eventIds.clear();
    buffers.values().forEach(CopyBuffer::clear);
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
