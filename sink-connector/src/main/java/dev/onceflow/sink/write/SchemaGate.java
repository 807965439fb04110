package dev.onceflow.sink.write;

import dev.onceflow.sink.schema.Evolution.Ensured;
import dev.onceflow.sink.schema.TableNeeds;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Lets records of a schema pass only when their table was brought together with it. The thread that
 * encodes asks; the one that has the connection changes tables, between two batches.
 */
final class SchemaGate {
  /** Null where a record has no key. */
  private record Pair(TableSpec spec, String target, Schema key, Schema value) {
    /** Asked for each record: converters hand out one schema object for many. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(TableSpec otherSpec, String otherTarget, SinkRecord record) {
      return value == record.valueSchema()
          && key == record.keySchema()
          && spec == otherSpec
          && target.equals(otherTarget);
    }
  }

  private final Evolving evolving;
  private final Set<Pair> ensured = ConcurrentHashMap.newKeySet();
  private final Set<Pair> wanted = ConcurrentHashMap.newKeySet();
  private Pair last;

  SchemaGate(Evolving evolving) {
    this.evolving = evolving;
  }

  /** Whether tables that are missing may still be made. */
  boolean isOn() {
    return evolving.evolution().isOn();
  }

  /** Whether records of that schema may pass; if not, they may after {@link #ensureWanted}. */
  boolean isOpen(TableSpec spec, String target, SinkRecord record) {
    // What has no schema says nothing of its columns.
    if (!isOn() || record.valueSchema() == null || record.value() == null) {
      return true;
    }
    if (last != null && last.isOf(spec, target, record)) {
      return true;
    }
    Pair pair = new Pair(spec, target, record.keySchema(), record.valueSchema());
    if (ensured.contains(pair)) {
      last = pair;
      return true;
    }
    wanted.add(pair);
    return false;
  }

  /**
   * Brings together what was asked for.
   *
   * @param connection outside any transaction
   * @return whether a table changed
   */
  boolean ensureWanted(Connection connection) throws SQLException {
    boolean isChanged = false;
    for (Pair pair : Set.copyOf(wanted)) {
      TableNeeds needs = Needs.of(pair.spec, pair.target).orElse(null);
      if (needs != null) {
        isChanged |=
            evolving.evolution().ensure(connection, needs, pair.key, pair.value) == Ensured.CHANGED;
      }
      ensured.add(pair);
      wanted.remove(pair);
    }
    return isChanged;
  }
}
