package dev.onceflow.cli.audit.digest;

/** One side of a comparison; can be read more than once, and gives the same rows each time. */
@FunctionalInterface
public interface RowSource {
  /** Takes rows, one at a time. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes one row.
     *
     * @param row valid during this call
     * @param place where it stands
     */
    void accept(Row row, Place place);
  }

  /** Reads every row, in any order, in memory that does not grow with their number. */
  void forEach(Sink sink);
}
