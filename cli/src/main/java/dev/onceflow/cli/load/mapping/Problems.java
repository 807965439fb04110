package dev.onceflow.cli.load.mapping;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a mapping file, collected so that it is told all at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /**
   * @param key which key, as a path with dots
   * @param reason what is wrong with it, and what is expected
   */
  void add(String key, String reason) {
    found.add(key.isEmpty() ? reason : key + ": " + reason);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int count() {
    return found.size();
  }

  @Override
  public String toString() {
    return String.join("\n  ", found);
  }
}
