package dev.onceflow.cli.dlq;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Sets the states of rows behind what was decided about them in Kafka: at once for what a run
 * decides, and for what it only meets, too. So whatever lies between, a process that ends, a
 * database that was restored, a sink that set the same record aside again, a later run makes up for
 * it. Nothing is ever decided by a state that this has set. Used by one thread.
 */
final class DecidedRows {
  private final RowStates rows;
  private final Decisions decisions;

  /**
   * @param rows takes the states
   * @param decisions what Kafka says, committed
   */
  DecidedRows(RowStates rows, Decisions decisions) {
    this.rows = rows;
    this.decisions = decisions;
  }

  /** The same rows, each with the state that follows from what was decided before. */
  RecordSource settled(RecordSource source) {
    return () -> {
      List<ConsumerRecord<byte[], byte[]>> records = source.next();
      records.stream()
          .map(SetAsideRecord::new)
          .forEach(record -> record.row().ifPresent(row -> settle(record, row)));
      return records;
    };
  }

  private void settle(SetAsideRecord record, TableRow row) {
    if (row.state() == TableRow.State.NEW) {
      decisions
          .about(Place.of(record))
          .ifPresent(decision -> rows.set(row, TableRow.State.after(decision.as())));
    }
  }

  /**
   * Sets the states that follow from a chunk that is committed. Never before: the state of a row
   * whose copy was not committed would keep it from ever being sent.
   *
   * @param refused those of the chunk that were not written
   */
  void committed(List<Outlet.Planned> chunk, List<Outlet.Refused> refused) {
    Set<Outlet.Planned> out = Collections.newSetFromMap(new IdentityHashMap<>());
    refused.forEach(each -> out.add(each.planned()));
    for (Outlet.Planned planned : chunk) {
      if (!out.contains(planned)) {
        TableRow.State state = TableRow.State.after(planned.decided().decision().as());
        planned.record().row().ifPresent(row -> rows.set(row, state));
      }
    }
  }
}
