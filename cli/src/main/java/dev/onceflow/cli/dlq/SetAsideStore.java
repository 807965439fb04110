package dev.onceflow.cli.dlq;

import java.util.List;
import java.util.function.Predicate;

/**
 * Where records lie that were set aside, with what was decided about them, as it is when it is
 * opened. Used by one thread; the {@link Cluster} outlives it.
 */
sealed interface SetAsideStore extends AutoCloseable permits SetAsideTopic, SetAsideTable {
  /** What is read, until it is closed. */
  interface OpenSource extends RecordSource, AutoCloseable {
    @Override
    void close();
  }

  /** Its name for people. */
  String name();

  /** This incarnation of it, as decisions and exported files name it. */
  String id();

  Decisions decisions();

  /** Its records up to where it ends now. */
  OpenSource reader();

  /**
   * Gives the records that {@code filter} takes to {@code visitor}, until that says false or none
   * is left.
   */
  void visit(Filter filter, Predicate<SetAsideRecord> visitor);

  /**
   * Refuses to go on if it is another one by now, or the input is that its records came from.
   *
   * @throws dev.onceflow.cli.UserException if it was made again since it was opened
   */
  void requireSame();

  /**
   * Is told of each chunk after its Kafka transaction was committed.
   *
   * @param refused those of the chunk that were not written
   */
  void committed(List<Outlet.Planned> chunk, List<Outlet.Refused> refused);

  /** Deletes what was dealt with, for good, as far as it can. */
  void deleteDealtWith();

  @Override
  void close();
}
