package dev.onceflow.sink.schema;

import java.sql.SQLException;
import java.util.Set;

/** Failures that may only mean that somebody changed a table since it was described. */
public final class StaleDescription {
  // Undefined column, table, object; wrong type; no unique constraint for ON CONFLICT; a column
  // that became generated; a cached plan whose result type changed; NOT NULL that was added,
  // perhaps with a column that the sink doesn't know yet.
  private static final Set<String> STATES =
      Set.of(
          "42703",
          "42P01",
          "42704",
          "42804",
          "42P10",
          "428C9",
          "42P16",
          "0A000",
          "26000",
          "23502",
          // Values that no longer fit: a column became narrower. Binary that a type can't read.
          "22001",
          "22003",
          "22P03");

  private StaleDescription() {}

  /**
   * Whether to look again before anything else is made of the failure. {@link
   * CatalogueWatch#changedNow} then says whether anything did change; where nothing did, the
   * failure is what it seems.
   */
  public static boolean isSuspected(SQLException failure) {
    return failure.getSQLState() != null && STATES.contains(failure.getSQLState());
  }
}
