package dev.onceflow.cli.load.rows;

import java.util.Set;

/**
 * Which columns make up a line's content. Two are equal only if they are the same object.
 *
 * @see Rows#content
 */
public final class ContentColumns {
  private final Set<String> only;
  private final Set<String> except;

  private ContentColumns(Set<String> only, Set<String> except) {
    this.only = Set.copyOf(only);
    this.except = Set.copyOf(except);
  }

  /** These columns, by their names in the file. */
  public static ContentColumns only(Set<String> names) {
    return new ContentColumns(names, Set.of());
  }

  /** All columns of the file but these, by their names in the file. */
  public static ContentColumns allExcept(Set<String> names) {
    return new ContentColumns(Set.of(), names);
  }

  /** Whether a column of this name is part of the content. */
  boolean include(String name) {
    return only.isEmpty() ? !except.contains(name) : only.contains(name);
  }

  /** Every name that the mapping mentions here; a file with a header must have them all. */
  public Set<String> mentioned() {
    return only.isEmpty() ? except : only;
  }
}
