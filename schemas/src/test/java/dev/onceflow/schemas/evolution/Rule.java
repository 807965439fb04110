package dev.onceflow.schemas.evolution;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;

/** Which way a contract must stay compatible, by Confluent's names. */
enum Rule {
  BACKWARD_TRANSITIVE(true, false),
  FORWARD_TRANSITIVE(false, true),
  FULL_TRANSITIVE(true, true);

  private final boolean newReadsOld;
  private final boolean oldReadsNew;

  Rule(boolean newReadsOld, boolean oldReadsNew) {
    this.newReadsOld = newReadsOld;
    this.oldReadsNew = oldReadsNew;
  }

  /** What stands between two versions, for people; empty where the rule is kept. */
  List<String> violations(Schema older, Schema newer) {
    List<String> found = new ArrayList<>();
    if (newReadsOld) {
      found.addAll(reading(newer, older, "new code can't read old records"));
    }
    if (oldReadsNew) {
      found.addAll(reading(older, newer, "old code can't read new records"));
    }
    return found;
  }

  private static List<String> reading(Schema reader, Schema writer, String what) {
    SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return pair.getResult().getIncompatibilities().stream()
        .map(
            each ->
                "%s: %s at %s: %s"
                    .formatted(what, each.getType(), each.getLocation(), each.getMessage()))
        .toList();
  }
}
