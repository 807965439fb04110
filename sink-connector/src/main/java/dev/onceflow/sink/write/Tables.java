package dev.onceflow.sink.write;

import java.util.Comparator;
import java.util.List;

/** All tables of a connector, and what becomes of records that none of them takes. */
public record Tables(List<TableSpec> specs, Unrouted unrouted) {
  /** What becomes of a record that no table takes. */
  public enum Unrouted {
    /** It goes to the dead letter queue, or the task stops. */
    ERROR,
    /** Nothing. */
    IGNORE
  }

  /** Copies its list, in the order of names: what is wrong is said of the same table always. */
  public Tables {
    specs = specs.stream().sorted(Comparator.comparing(TableSpec::name)).toList();
  }
}
