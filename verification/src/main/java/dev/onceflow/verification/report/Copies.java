package dev.onceflow.verification.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a record keeps of collections that it is given: its own copies, in order; none is empty. */
final class Copies {
  private Copies() {}

  static <T> List<T> of(List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
  }

  static <V> Map<String, V> of(Map<String, V> given) {
    return given == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(given));
  }
}
