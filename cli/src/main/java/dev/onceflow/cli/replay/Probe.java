package dev.onceflow.cli.replay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Asks a table, or its memory, what records would do to it, some thousands at a time. What is new
 * is noted in a temporary table of the database, so that an event that comes twice in the range is
 * new once, and memory here stays flat.
 */
abstract sealed class Probe permits KeyProbe, MemoryProbe, VersionProbe {
  /** Where new events are noted. */
  static final String SEEN = "pg_temp.onceflow_seen";

  private static final String CREATE_SEEN =
      "CREATE TEMPORARY TABLE IF NOT EXISTS onceflow_seen"
          + " (tab text COLLATE \"C\", id text COLLATE \"C\", PRIMARY KEY (tab, id))";

  private final Connection connection;
  private final SinkTable table;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<List<String>> deletes = new ArrayList<>();

  Probe(Connection connection, SinkTable table) {
    this.connection = connection;
    this.table = table;
  }

  /**
   * The probe for a table.
   *
   * @throws UncountableException if it can't be asked
   */
  static Probe of(Connection connection, String sink, SinkTable table) throws SQLException {
    for (Source source : table.asked()) {
      if (!source.isFound()) {
        throw new UncountableException(
            "%s:%s isn't read by this command".formatted(source.kind(), source.name()));
      }
    }
    return switch (table.guard()) {
      case EVENT_KEY -> new KeyProbe(connection, table);
      case MEMORY -> new MemoryProbe(connection, sink, table);
      case VERSION -> new VersionProbe(connection, sink, table);
      case POSITION, ARRIVAL ->
          throw new UncountableException("nothing in the table tells an old row from a new one");
    };
  }

  /** What a table would do can't be told. */
  static final class UncountableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UncountableException(String message) {
      super(message);
    }
  }

  /** Forgets what earlier countings of this connection found. */
  static void begin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE_SEEN);
      statement.execute("TRUNCATE " + SEEN);
    }
    connection.commit();
  }

  final Connection connection() {
    return connection;
  }

  final SinkTable table() {
    return table;
  }

  /** What must be asked of a record; empty where the record doesn't have it. */
  abstract Optional<List<String>> question(Fields record);

  /** Asks; the caller commits. */
  abstract Counts answer(List<List<String>> questions) throws SQLException;

  /** What must be asked of a record without a value; empty where nothing can be. */
  Optional<List<String>> deletion(Fields record) {
    return Optional.empty();
  }

  /**
   * Asks; the caller commits.
   *
   * @throws SQLException if the database doesn't answer
   */
  Counts answerDeletes(List<List<String>> questions) throws SQLException {
    return Counts.NONE;
  }

  /** Takes a record, and counts it at once if nothing needs to be asked. */
  final Counts add(Fields record) {
    if (!table.takes(record)) {
      return Counts.NONE;
    }
    if (record.isTombstone()) {
      if (!table.deletesBlindly()) {
        // What is ignored, too: nothing here is counted by an ID.
        return new Counts(1, 0, 0, 0, 0, 0);
      }
      Optional<List<String>> deletion = deletion(record);
      deletion.ifPresent(deletes::add);
      return new Counts(1, 0, 0, 0, deletion.isPresent() ? 0 : 1, 0);
    }
    Optional<List<String>> question = question(record);
    if (question.isEmpty()) {
      return new Counts(1, 0, 0, 0, 0, 1);
    }
    rows.add(question.get());
    return new Counts(1, 0, 0, 0, 0, 0);
  }

  /** Asks for all that was taken since the last time. */
  final Counts flush() throws SQLException {
    Counts counts = rows.isEmpty() ? Counts.NONE : answer(rows);
    if (!deletes.isEmpty()) {
      counts = counts.plus(answerDeletes(deletes));
    }
    rows.clear();
    deletes.clear();
    connection.commit();
    return counts;
  }

  /** A column of the target, as SQL declares it. */
  final String typeOf(String column) throws SQLException {
    String target = target();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                + " WHERE attrelid = to_regclass(?) AND attname = ? AND NOT attisdropped")) {
      query.setString(1, target);
      query.setString(2, column);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new UncountableException(
              "the database shows no column %s of table %s".formatted(column, target));
        }
        return row.getString(1);
      }
    }
  }

  /** The target with its schema, as the sink's tables name it. */
  final String fullName() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT quote_ident(nspname) || '.' || quote_ident(relname)"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.oid = to_regclass(?)")) {
      query.setString(1, target());
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new UncountableException("the database shows no table " + target());
        }
        return row.getString(1);
      }
    }
  }

  /** Whether there is such a table. */
  static boolean isThere(Connection connection, String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** The target, as SQL names it. */
  final String target() {
    String name =
        table
            .target()
            .orElseThrow(() -> new UncountableException("its target depends on the record"));
    return Arrays.stream(name.split("\\.", -1))
        .map(part -> quoted(part))
        .collect(Collectors.joining("."));
  }

  static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  final Object[] column(List<List<String>> questions, int index) {
    return questions.stream().map(question -> question.get(index)).toArray();
  }
}
