package dev.onceflow.cli.audit.digest;

import java.util.Optional;

/**
 * One ID by which the two sides differ.
 *
 * @param kind how
 * @param id the ID's bytes, in hexadecimal digits
 * @param place where its first record stands in the topic; empty for what no record made
 * @param records how many records have it
 * @param rows how many rows have it
 */
public record Finding(Kind kind, String id, Optional<Place> place, int records, int rows) {
  /** How the sides can differ. */
  public enum Kind {
    /** A record without a row. */
    MISSING,
    /** An event with more than one row. */
    DUPLICATED,
    /** An event whose row has other content. */
    ALTERED,
    /** A row that no record made. */
    FOREIGN,
    /**
     * A row with other content than the first record of its event in sight, where an earlier
     * record, which would be the right one, may have expired or been compacted away.
     */
    UNDECIDED;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
