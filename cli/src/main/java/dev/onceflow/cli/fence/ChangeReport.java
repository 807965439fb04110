package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was changed, for people and for programs.
 *
 * @param isDryRun whether it was only looked at
 */
record ChangeReport(List<Changed> changes, boolean isDryRun) {
  /**
   * A fence before and after.
   *
   * @param consequences of its move, if it was moved
   */
  record Changed(
      FenceKey key,
      Optional<FenceRow> before,
      Optional<FenceRow> after,
      Optional<Consequences> consequences) {}

  String text() {
    List<String> lines = new ArrayList<>();
    for (Changed changed : changes) {
      lines.add(
          "%s: %s -> %s".formatted(changed.key(), text(changed.before()), text(changed.after())));
      changed
          .consequences()
          .ifPresent(c -> c.sentences().forEach(sentence -> lines.add("    " + sentence)));
    }
    lines.add(
        isDryRun
            ? "Dry run: nothing was changed."
            : "Changed. A task that had claimed it writes it no more: restart the connector's tasks.");
    return String.join("\n", lines) + "\n";
  }

  private static String text(Optional<FenceRow> row) {
    return row.map(
            r ->
                "next offset %d, epoch %d, topic ID %s"
                    .formatted(
                        r.nextOffset(),
                        r.epoch(),
                        r.topicId().map(Object::toString).orElse("unknown")))
        .orElse("no fence");
  }

  ObjectNode json() {
    ObjectNode report = FenceJson.object().put("dry_run", isDryRun);
    ArrayNode array = report.putArray("changes");
    changes.forEach(changed -> array.add(json(changed)));
    return report;
  }

  private static ObjectNode json(Changed changed) {
    ObjectNode json = FenceJson.of(changed.key());
    json.set("before", changed.before().map(FenceJson::of).orElse(null));
    json.set("after", changed.after().map(FenceJson::of).orElse(null));
    changed
        .consequences()
        .ifPresent(
            c ->
                json.put("expired", c.expired())
                    .put("skipped", c.skipped())
                    .put("applied_again", c.again()));
    return json;
  }
}
