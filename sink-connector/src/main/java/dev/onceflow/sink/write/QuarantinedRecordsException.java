package dev.onceflow.sink.write;

import java.util.List;

/**
 * Records of a batch that the memory of event IDs can't decide. The caller rolls the batch back,
 * sets them aside, and writes the others again.
 */
public final class QuarantinedRecordsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<EventMemory.Quarantined> records;

  QuarantinedRecordsException(List<EventMemory.Quarantined> records) {
    super(records.size() + " records of the batch can't be decided", null, false, false);
    this.records = List.copyOf(records);
  }

  /** Which, each with its place in the batch. */
  public List<EventMemory.Quarantined> records() {
    return records;
  }
}
