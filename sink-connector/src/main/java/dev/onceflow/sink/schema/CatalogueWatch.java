package dev.onceflow.sink.schema;

import dev.onceflow.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Notices that somebody changed target tables, by a digest of what the catalogue says of them: one
 * query for all of them. Belongs to one connection; used by its thread.
 *
 * <p>A table is remembered before it is described, so that a change in between is noticed: at worst
 * it is described once too often, never once too seldom.
 */
public final class CatalogueWatch {
  // The name is resolved anew, so a table that was dropped and made again, renamed, or hidden by
  // another one earlier in the search path is noticed, too.
  private static final String DIGESTS =
      """
      SELECT wanted.name,
             md5(concat_ws(';', c.oid, c.relkind, c.relpersistence,
               (SELECT string_agg(concat_ws(',', a.attnum, a.attname, a.atttypid, a.atttypmod,
                                            a.attnotnull, a.atthasdef, a.attidentity,
                                            a.attgenerated, a.attcollation),
                                  ';' ORDER BY a.attnum)
                FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
               (SELECT string_agg(concat_ws(',', i.indexrelid, i.indkey, i.indimmediate,
                                            i.indisvalid, i.indpred IS NULL, i.indexprs IS NULL),
                                  ';' ORDER BY i.indexrelid)
                FROM pg_index i
                WHERE i.indrelid = c.oid AND i.indisunique)))
      FROM unnest(?::text[], ?::text[]) AS wanted(name, path)
      LEFT JOIN pg_class c ON c.oid = to_regclass(wanted.path)""";

  private final InstantSource clock;
  private final long refreshMs;
  private final Map<String, String> digests = new HashMap<>();
  private long lookedAtMs;

  /** To be asked once in {@code refreshMs}. */
  public CatalogueWatch(InstantSource clock, long refreshMs) {
    this.clock = clock;
    this.refreshMs = refreshMs;
    this.lookedAtMs = clock.millis();
  }

  /**
   * Remembers tables as they are, but for those that it remembers; call it before they are
   * described.
   *
   * @param names with or without a schema in front, without quotes
   */
  public void remember(Connection connection, Collection<String> names) throws SQLException {
    // A table that is watched already may have been described long ago: what it was then counts.
    read(connection, names).forEach(digests::putIfAbsent);
  }

  /** Watches a table no more. */
  public void forget(String name) {
    digests.remove(name);
  }

  /** Whether it hasn't looked for {@code catalogue.refresh.ms}. */
  public boolean isDue() {
    return clock.millis() - lookedAtMs >= refreshMs;
  }

  /**
   * The tables that are others than they were, by name; remembers them as they are now. The caller
   * ends the database transaction.
   */
  public Set<String> changedNow(Connection connection) throws SQLException {
    lookedAtMs = clock.millis();
    Set<String> changed = new TreeSet<>();
    if (!digests.isEmpty()) {
      read(connection, List.copyOf(digests.keySet()))
          .forEach(
              (name, digest) -> {
                if (!digest.equals(digests.put(name, digest))) {
                  changed.add(name);
                }
              });
    }
    return changed;
  }

  private static Map<String, String> read(Connection connection, Collection<String> names)
      throws SQLException {
    List<String> ordered = new ArrayList<>(names);
    Map<String, String> read = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(DIGESTS)) {
      statement.setArray(1, connection.createArrayOf("text", ordered.toArray()));
      statement.setArray(
          2,
          connection.createArrayOf(
              "text", ordered.stream().map(Identifiers::quotedPath).toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          read.put(row.getString(1), row.getString(2));
        }
      }
    }
    return read;
  }
}
