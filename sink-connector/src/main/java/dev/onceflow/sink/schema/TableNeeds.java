package dev.onceflow.sink.schema;

import dev.onceflow.sink.record.ValueSource;
import java.util.List;

/**
 * What an effect needs of its table, as the configuration says it.
 *
 * @param table what the configuration calls it, for messages
 * @param target its name in the database, with or without a schema in front, without quotes
 * @param columns those that the configuration or the effect names
 * @param fields what becomes of the value's other fields
 * @param key the columns by which rows are unique; empty where they need not be
 */
public record TableNeeds(
    String table, String target, List<Needed> columns, Fields fields, List<String> key) {

  /** Which fields of the value have columns. */
  public enum Fields {
    /** Each goes to the column of its name. */
    ALL,
    /** Only those that are named. */
    NAMED
  }

  /** A column that is needed. */
  public sealed interface Needed {
    /** Its name. */
    String column();
  }

  /** One that takes a value as it is. */
  public record Value(String column, ValueSource source) implements Needed {}

  /** One to which values are added. */
  public record Total(String column, ValueSource source) implements Needed {}

  /**
   * One that the sink fills itself: counts, positions, generations.
   *
   * @param definition its type and what else {@code CREATE TABLE} wants
   */
  public record Own(String column, String definition) implements Needed {}

  /** Copies its lists. */
  public TableNeeds {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }
}
