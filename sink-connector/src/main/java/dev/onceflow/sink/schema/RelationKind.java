package dev.onceflow.sink.schema;

import java.util.Arrays;

/** What a target is ({@code pg_class.relkind}), and so what can be done with it. */
public enum RelationKind {
  /** A table: every effect, every change. */
  TABLE("r", "a table"),
  /** A partitioned table: as a table; its unique keys contain the partition key. */
  PARTITIONED("p", "a partitioned table"),
  /**
   * A view, written through INSTEAD OF triggers or because it is simple enough. It has no unique
   * keys, so only effects that ask the memory of event IDs, and the user's own statements.
   */
  VIEW("v", "a view"),
  /** A foreign table: as a view, and the other server's transaction isn't ours. */
  FOREIGN("f", "a foreign table"),
  /** Can't be written: materialized views, sequences, indexes. */
  OTHER("", "no table");

  private final String relkind;
  private final String text;

  RelationKind(String relkind, String text) {
    this.relkind = relkind;
    this.text = text;
  }

  static RelationKind of(String relkind) {
    return Arrays.stream(values())
        .filter(kind -> kind.relkind.equals(relkind))
        .findFirst()
        .orElse(OTHER);
  }

  /** Whether {@code ALTER TABLE} can add and widen its columns. */
  public boolean canEvolve() {
    return this == TABLE || this == PARTITIONED;
  }

  /** Whether rows can be unique by some columns, which upserts and inserts by event ID need. */
  public boolean canHaveKeys() {
    return canEvolve();
  }

  /** For messages: {@code a view}. */
  @Override
  public String toString() {
    return text;
  }
}
