package dev.onceflow.cli.trace;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** A story for people, in the order in which it happened. */
final class StoryText {
  private final PrintWriter out;

  private StoryText(PrintWriter out) {
    this.out = out;
  }

  static void print(Story story, PrintWriter out) {
    new StoryText(out).print(story);
  }

  private void print(Story story) {
    out.printf("Event %s: %s%n", story.eventId(), story.answer().label().replace('-', ' '));
    out.printf("  window  %s%n", story.window().text());
    out.printf("  read    %,d records of %d topics%n", story.read(), story.searched().size());
    section("Produced", story.copies().isEmpty() ? List.of("nowhere in what was read") : List.of());
    story.copies().forEach(copy -> copy(story, copy));
    section("What the job remembers", List.of(story.memory().answer()));
    section(
        "What came of it",
        story.outputs().isEmpty() ? List.of("nothing in what was read") : List.of());
    story.outputs().forEach(this::output);
    story.applied().ifPresent(applied -> applied(story, applied));
    List<String> outOfSight = story.outOfSight();
    if (!outOfSight.isEmpty()) {
      section("Out of sight", outOfSight);
    }
  }

  private void section(String title, List<String> lines) {
    out.println(title);
    lines.forEach(line -> out.println("  " + line));
  }

  private void copy(Story story, Sighting copy) {
    record(copy);
    out.println("    verdict  " + story.verdict(copy));
  }

  private void output(Sighting output) {
    record(output);
    output.setAsideBecause().ifPresent(reason -> out.println("    because  " + reason));
  }

  private void record(Sighting record) {
    out.printf(
        "  %s  %s%s%n",
        record.at(),
        record.role(),
        record.id().filter(id -> !record.role().equals("event")).map(id -> " " + id).orElse(""));
    out.printf("    time     %s (%s)%n", record.timestamp(), record.timestampType());
    record.key().ifPresent(key -> out.println("    key      " + key));
    out.println("    value    " + record.value());
    // Stack traces have lines of their own.
    record
        .headers()
        .forEach((key, value) -> out.println("    header   " + key + ": " + firstLine(value)));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private void applied(Story story, Story.Applied applied) {
    section("Rows with its IDs", applied.rows().isEmpty() ? List.of("none") : List.of());
    applied.rows().forEach(this::row);
    if (!applied.rowsByKey().isEmpty()) {
      section("Rows of the keys that it changed, as they are now", List.of());
      applied.rowsByKey().forEach(this::row);
    }
    if (!applied.remembered().isEmpty()) {
      section("Counted once by", List.of());
      applied
          .remembered()
          .forEach(
              row ->
                  out.printf(
                      "  effect %s of sink %s%s: %s %s%n",
                      row.get("effect"),
                      row.get("sink"),
                      inRun(row),
                      row.get("role"),
                      row.get("event_id")));
    }
    if (!applied.fences().isEmpty()) {
      section("Fences of the partitions that it came through", List.of());
      applied.fences().forEach(row -> fence(story, row));
    }
    if (!applied.deadLetters().isEmpty()) {
      section("Could not be stored", List.of());
      applied
          .deadLetters()
          .forEach(
              row ->
                  out.printf(
                      "  %s-%s-%s by sink %s%s: %s (%s)%n",
                      row.get("topic"),
                      row.get("partition"),
                      row.get("offset"),
                      row.get("sink"),
                      inRun(row),
                      row.get("message"),
                      row.get("reason")));
    }
  }

  private void row(TargetDatabase.Row row) {
    out.printf("  %s  %s = %s%n    %s%n", row.table(), row.column(), row.found(), row.row());
  }

  private void fence(Story story, Map<String, Object> fence) {
    out.printf(
        "  %s-%s of sink %s%s: next offset %s, epoch %s, generation %s, owner %s%n",
        fence.get("topic"),
        fence.get("partition"),
        fence.get("sink"),
        inRun(fence),
        fence.get("next_offset"),
        fence.get("epoch"),
        fence.get("generation"),
        fence.get("owner"));
    for (Sighting output : story.outputs()) {
      if (isOf(output, fence)) {
        out.printf("    offset %d is %s%n", output.offset(), standing(output, fence));
      }
    }
  }

  static boolean isOf(Sighting output, Map<String, Object> fence) {
    return output.partition().topic().equals(fence.get("topic"))
        && Integer.valueOf(output.partition().partition()).equals(fence.get("partition"));
  }

  /** The sink notes no batch with a row: what is known is how far all batches so far have come. */
  static String standing(Sighting output, Map<String, Object> fence) {
    return ((Number) fence.get("next_offset")).longValue() > output.offset()
        ? "applied, under epoch %s or an earlier one".formatted(fence.get("epoch"))
        : "not applied yet";
  }

  private static String inRun(Map<String, Object> row) {
    return "".equals(row.get("run")) ? "" : " in run " + row.get("run");
  }
}
