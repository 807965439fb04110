package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What records of a range would do to a table.
 *
 * @param taken records that the table takes
 * @param fresh effects that didn't happen yet
 * @param duplicates effects that happened: nothing would change
 * @param changed rows that would be overwritten by a higher version
 * @param unprovable events of which nobody can say any more whether they happened
 * @param withoutId records that can't be judged, since what names them is missing
 */
record Counts(
    long taken, long fresh, long duplicates, long changed, long unprovable, long withoutId) {
  static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

  Counts plus(Counts more) {
    return new Counts(
        taken + more.taken,
        fresh + more.fresh,
        duplicates + more.duplicates,
        changed + more.changed,
        unprovable + more.unprovable,
        withoutId + more.withoutId);
  }

  /** Whether applying the range again would change nothing. */
  boolean isSettled() {
    return fresh == 0 && changed == 0 && unprovable == 0 && withoutId == 0;
  }

  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("taken", taken)
        .put("new", fresh)
        .put("duplicate", duplicates)
        .put("changed", changed)
        .put("unprovable", unprovable)
        .put("without_id", withoutId);
  }

  /** Records without a value, deletes among them: what they would do isn't looked up. */
  private long unjudged() {
    return taken - fresh - duplicates - changed - unprovable - withoutId;
  }

  String text() {
    return "%,d records: %,d new, %,d duplicate, %,d changed, %,d unprovable%s%s"
        .formatted(
            taken,
            fresh,
            duplicates,
            changed,
            unprovable,
            withoutId == 0 ? "" : ", %,d without an ID".formatted(withoutId),
            unjudged() == 0 ? "" : ", %,d without a value, not judged".formatted(unjudged()));
  }
}
