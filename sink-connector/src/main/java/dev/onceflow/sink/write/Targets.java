package dev.onceflow.sink.write;

import dev.onceflow.sink.postgres.Catalogue;
import dev.onceflow.sink.postgres.OnceflowSchema;
import dev.onceflow.sink.postgres.TargetTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What is known of the tables in the database, by name. The thread that encodes asks; the one that
 * has the connection answers.
 */
final class Targets {
  private final Map<String, Optional<TargetTable>> described = new ConcurrentHashMap<>();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();

  /** Whether the database was asked; if not, it will be. */
  boolean isDescribed(String name) {
    if (described.containsKey(name)) {
      return true;
    }
    wanted.add(name);
    return false;
  }

  /** Those that were asked for and are there. */
  Set<String> names() {
    return described.entrySet().stream()
        .filter(entry -> entry.getValue().isPresent())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The table, empty where there is none. */
  Optional<TargetTable> find(String name) {
    return described.getOrDefault(name, Optional.empty());
  }

  /** Asks the database for all that is wanted; the caller ends the database transaction. */
  void describeWanted(Connection connection) throws SQLException {
    for (String name : wanted) {
      describe(connection, name);
    }
  }

  void describe(Connection connection, String name) throws SQLException {
    Optional<TargetTable> table = Catalogue.describe(connection, name);
    table.ifPresent(Targets::refuseOwnSchema);
    put(name, table);
  }

  void put(String name, Optional<TargetTable> table) {
    described.put(name, table);
    wanted.remove(name);
  }

  // A role of the same name as our schema finds it first in its search_path ("$user", public), but
  // only once it is there: the table that was meant before would then no longer be written.
  private static void refuseOwnSchema(TargetTable target) {
    if (target.sqlName().startsWith(OnceflowSchema.NAME + '.')) {
      throw new ConnectException(
          "table "
              + target.name()
              + " (from tables) is found as "
              + target.sqlName()
              + ", in the sink's own schema; name the schema that is meant, such as public."
              + target.name());
    }
  }
}
