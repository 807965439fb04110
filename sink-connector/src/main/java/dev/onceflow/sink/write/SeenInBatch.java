package dev.onceflow.sink.write;

import java.util.HashMap;
import java.util.Map;

/** The events of one table's effect in one batch, each with its content. */
final class SeenInBatch {
  /** What an event is in its batch. */
  enum Kind {
    /** The first with that ID. */
    FIRST,
    /** The same as before. */
    TWIN,
    /** The same ID, and something else. */
    ALTERED
  }

  private final Map<Object, Long> contents = new HashMap<>();
  private Object last;

  Kind add(Object id, long content) {
    Long before = contents.putIfAbsent(id, content);
    last = before == null ? id : null;
    if (before == null) {
      return Kind.FIRST;
    }
    return before == content ? Kind.TWIN : Kind.ALTERED;
  }

  /** Begins with the next record. */
  void mark() {
    last = null;
  }

  /** Forgets what was added since {@link #mark}. */
  void undo() {
    if (last != null) {
      contents.remove(last);
      last = null;
    }
  }

  void clear() {
    contents.clear();
    last = null;
  }
}
