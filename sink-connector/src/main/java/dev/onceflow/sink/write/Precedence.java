package dev.onceflow.sink.write;

import java.util.Optional;

/** Which of two rows of one key an upsert keeps. */
public sealed interface Precedence {
  /**
   * The one with the higher version; of equal versions, the one of the higher generation; else the
   * one that was there. Holds whatever comes again, and in whatever order.
   *
   * @param column holds the version: a counter or a time that the topic's producer keeps
   * @param generation where the table keeps generations; else all are 0
   */
  record ByVersion(String column, Optional<Generation> generation) implements Precedence {}

  /**
   * A run's generation: 0 in normal running, higher in a replay that corrects.
   *
   * @param column where rows keep it
   */
  record Generation(String column, int current) {}

  /**
   * The one with the higher offset, where both come from one partition of one topic; else the one
   * that came last. Rows keep their position.
   *
   * @param partition the column that holds topic and partition, as text
   * @param offset the column that holds the offset, a bigint
   */
  record ByPosition(String partition, String offset) implements Precedence {}

  /**
   * The one that came last. Nothing in the table tells an old row from a new one, so only the fence
   * stands between a record that comes again and a row that goes back.
   */
  record ByArrival() implements Precedence {}
}
