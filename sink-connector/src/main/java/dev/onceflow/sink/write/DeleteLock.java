package dev.onceflow.sink.write;

import static dev.onceflow.sink.postgres.Identifiers.literal;

/**
 * Keeps a replay's rows and live deletes of one table apart, until the end of the transaction.
 *
 * <p>Each statement sees what was committed when it began. A replay's upsert that has looked for
 * tombstones already doesn't see one that a live task commits before it reaches the row; where the
 * row is gone by then, it makes it again. And a live delete doesn't see a row that a replay has
 * made and not committed. No lock of a row helps: there may be none.
 *
 * <p>Live tasks share the lock, and take it only for rows that delete. All take it in the order of
 * tables, behind fences and the memory of event IDs, and before the table's rows, so nobody who has
 * it waits for who wants it. But for a batch with rows of two schemas, which are written in two
 * steps: where only the second one deletes, the first one's rows are held by then, and PostgreSQL
 * may find a deadlock, which is retried.
 */
final class DeleteLock {
  /** Beside what other locks hash. */
  private static final long SEED = 6008452148L;

  private final String sink;
  private final String run;

  /**
   * The locks of one sink.
   *
   * @param run a replay's name; empty for live work
   */
  DeleteLock(String sink, String run) {
    this.sink = sink;
    this.run = run;
  }

  /** A statement of its own, before those that look for tombstones or rows. */
  String sql(Stage stage) {
    String number =
        "hashtextextended(%s, %d)".formatted(literal(sink + " " + stage.target().sqlName()), SEED);
    return run.isEmpty()
        ? "SELECT pg_advisory_xact_lock_shared(%s) WHERE EXISTS (SELECT FROM %s WHERE %s)"
            .formatted(number, stage.name(), Stage.DELETED)
        : "SELECT pg_advisory_xact_lock(%s)".formatted(number);
  }
}
