package dev.onceflow.sink.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks whether a database can hold the guarantee: once for each connection, and again whenever
 * target tables are described. Any role may see all of it. Not seen: what the statements of an
 * {@code sql} effect, triggers and views write to.
 *
 * @param accepted rules whose violation the user takes upon himself
 */
public record Preflight(Set<PreflightRule> accepted) {
  /** Read-only: what any write on a standby is answered with, and is retried. */
  private static final String STANDBY_STATE = "25006";

  private static final String SETTINGS =
      "SELECT current_setting('fsync'), current_setting('full_page_writes'), pg_is_in_recovery()";

  // A partitioned table holds no rows itself, its partitions do. By pg_inherits, which takes no
  // locks: pg_partition_tree would wait here for whoever alters a partition, where nobody looks
  // for who blocks.
  private static final String TABLES =
      """
      WITH RECURSIVE part(oid) AS (
        SELECT to_regclass(name)::oid FROM unnest(?::text[]) name
        UNION
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = to_regnamespace('onceflow') AND c.relname = ANY(?)
        UNION
        SELECT child.inhrelid FROM part JOIN pg_inherits child ON child.inhparent = part.oid)
      SELECT c.oid::regclass::text, c.relkind, c.relpersistence
      FROM part JOIN pg_class c USING (oid)
      WHERE c.relkind = 'f' OR c.relkind = 'r' AND c.relpersistence <> 'p'
      ORDER BY 1""";

  /** What the sink keeps in its own schema; others may keep there what they like. */
  private static final List<String> OWN =
      List.of(
          "fence",
          "processed_events",
          "processed_events_opaque",
          "processed_ranges",
          "processed_generations",
          "floors",
          "tombstones",
          "dlq");

  /** Copies the set. */
  public Preflight {
    accepted = Set.copyOf(accepted);
  }

  /**
   * What a server is violating; what is accepted is left out.
   *
   * @throws SQLException with SQLSTATE 25006 at a standby: a failover leads past one, so it is
   *     waited for and refused by nobody
   */
  public List<String> violationsOfServer(Connection connection) throws SQLException {
    List<String> violations = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SETTINGS)) {
      row.next();
      if (row.getBoolean(3)) {
        throw new SQLException(
            "the server is a standby (pg_is_in_recovery), which can't be written to; connection.url"
                + " must lead to the primary, or this server be promoted",
            STANDBY_STATE);
      }
      note(PreflightRule.FSYNC, row.getString(1), violations);
      note(PreflightRule.FULL_PAGE_WRITES, row.getString(2), violations);
    }
    return violations;
  }

  private void note(PreflightRule rule, String found, List<String> violations) {
    if (!found.equals(rule.needed()) && !accepted.contains(rule)) {
      violations.add(rule.violatedBy(found));
    }
  }

  /**
   * What the sink's own tables and these target tables are violating, partitions among them; what
   * is accepted is left out.
   *
   * @param names with or without a schema in front, without quotes
   */
  public List<String> violationsOfTables(Connection connection, Collection<String> names)
      throws SQLException {
    List<String> violations = new ArrayList<>();
    Object[] paths = names.stream().map(Identifiers::quotedPath).toArray();
    try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
      statement.setArray(1, connection.createArrayOf("text", paths));
      statement.setArray(2, connection.createArrayOf("text", OWN.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          noteTable(row.getString(1), row.getString(2), row.getString(3), violations);
        }
      }
    }
    return violations;
  }

  private void noteTable(String table, String kind, String persistence, List<String> violations) {
    boolean isForeign = kind.equals("f");
    PreflightRule rule = isForeign ? PreflightRule.LOCAL_TABLES : PreflightRule.LOGGED_TABLES;
    String found = isForeign ? "foreign" : persistence.equals("t") ? "temporary" : "unlogged";
    if (!accepted.contains(rule)) {
      violations.add(rule.violatedBy("table %s is %s".formatted(table, found)));
    }
  }

  /** What was accepted, for logs: names with commas between, or nothing. */
  public String acceptedNames() {
    return accepted.isEmpty()
        ? ""
        : EnumSet.copyOf(accepted).stream()
            .map(PreflightRule::ruleName)
            .collect(Collectors.joining(", "));
  }
}
