package dev.onceflow.benchmarks.replay;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A table in two databases, row by row in the order of its key, whole rows as PostgreSQL writes
 * them. In constant memory.
 */
final class TableComparison {
  private static final int FETCHED = 10_000;
  private static final int NAMED = 20;

  /**
   * What was found.
   *
   * @param digest SHA-256 of all rows here
   * @param otherDigest and there
   * @param different how many keys have other rows, or a row on one side only
   * @param named the first of them
   */
  record Result(
      String table,
      long rows,
      long otherRows,
      String digest,
      String otherDigest,
      long different,
      List<String> named) {
    boolean isEqual() {
      return different == 0 && rows == otherRows && digest.equals(otherDigest);
    }

    @Override
    public String toString() {
      return "%s: %,d and %,d rows, digests %.16s and %.16s, %,d differences%s"
          .formatted(
              table,
              rows,
              otherRows,
              digest,
              otherDigest,
              different,
              named.isEmpty() ? "" : "\n    " + String.join("\n    ", named));
    }
  }

  /** One side: its current row, and what has passed. */
  private static final class Rows implements AutoCloseable {
    private final Connection connection;
    private final Statement statement;
    private final ResultSet rows;
    private final MessageDigest digest;
    private long count;
    private String key;
    private String row;

    Rows(String url, ComparedTable table) throws SQLException {
      connection = DriverManager.getConnection(url);
      // Only inside a transaction are rows fetched bit by bit.
      connection.setAutoCommit(false);
      statement = connection.createStatement();
      statement.setFetchSize(FETCHED);
      rows =
          statement.executeQuery(
              "SELECT %1$s, t::text FROM %2$s t ORDER BY (%1$s) COLLATE \"C\""
                  .formatted(table.key(), table.rows()));
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
      next();
    }

    private void next() throws SQLException {
      if (!rows.next()) {
        key = null;
        return;
      }
      key = rows.getString(1);
      row = rows.getString(2);
      count++;
      digest.update(row.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  private TableComparison() {}

  /** Compares. */
  static Result of(Target one, Target other, ComparedTable table) throws SQLException {
    List<String> named = new ArrayList<>();
    long different = 0;
    try (Rows here = new Rows(one.url(), table);
        Rows there = new Rows(other.url(), table)) {
      while (here.key != null || there.key != null) {
        int order = order(here.key, there.key);
        if (order != 0 || !here.row.equals(there.row)) {
          different++;
          if (named.size() < NAMED) {
            named.add(
                "%s: %s here, %s there"
                    .formatted(
                        order <= 0 ? here.key : there.key,
                        order <= 0 ? here.row : "no row",
                        order >= 0 ? there.row : "no row"));
          }
        }
        if (order <= 0) {
          here.next();
        }
        if (order >= 0) {
          there.next();
        }
      }
      return new Result(
          table.name(),
          here.count,
          there.count,
          HexFormat.of().formatHex(here.digest.digest()),
          HexFormat.of().formatHex(there.digest.digest()),
          different,
          named);
    }
  }

  /** As PostgreSQL's "C" collation orders UTF-8; nothing comes last. */
  private static int order(String one, String other) {
    if (one == null || other == null) {
      return one == null ? 1 : -1;
    }
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
