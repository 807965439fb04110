package dev.onceflow.cli.audit.read;

import dev.onceflow.cli.TerminalLine;

/**
 * How far an audit is, for people at a terminal. Told by any number of threads, which have ended
 * when it is closed.
 */
public final class AuditProgress implements AutoCloseable {
  private final TerminalLine line;
  private final long startedNs = System.nanoTime();
  private long records;
  private long rows;

  /**
   * @param line closed with this
   */
  public AuditProgress(TerminalLine line) {
    this.line = line;
  }

  /** So many more records were read of a topic. */
  public synchronized void records(int more) {
    records += more;
    line.show(this::text);
  }

  /** So many more rows were read of a table. */
  public synchronized void rows(int more) {
    rows += more;
    line.show(this::text);
  }

  String text() {
    long elapsedMs = Math.max(1, (System.nanoTime() - startedNs) / 1_000_000);
    long rate = (records + rows) * 1_000 / elapsedMs;
    return rows == 0
        ? "%,d records read, %,d a second".formatted(records, rate)
        : "%,d records and %,d rows read, %,d a second".formatted(records, rows, rate);
  }

  @Override
  public void close() {
    line.close();
  }
}
