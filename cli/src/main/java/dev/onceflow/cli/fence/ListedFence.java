package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fence and the log that it stands for, for people and for programs.
 *
 * @param standing empty where Kafka wasn't asked
 * @param log empty also where Kafka has no such partition
 */
record ListedFence(FenceRow row, Optional<Standing> standing, Optional<LogBounds> log) {
  private static final String INDENT = "    ";

  static ListedFence notCompared(FenceRow row) {
    return new ListedFence(row, Optional.empty(), Optional.empty());
  }

  static ListedFence compared(FenceRow row, Optional<LogBounds> log) {
    return new ListedFence(row, Optional.of(Standing.of(Optional.of(row), log)), log);
  }

  boolean disagrees() {
    return standing.isPresent() && standing.get() != Standing.AGREES;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: next offset %d, epoch %d, written %s ago%s%s"
            .formatted(
                row.key(),
                row.nextOffset(),
                row.epoch(),
                age(row.ageSeconds()),
                log.map(this::text).orElse(""),
                standing.map(s -> ": " + s.label()).orElse("")));
    lines.add(INDENT + "owner     " + row.owner());
    row.topicId().ifPresent(id -> lines.add(INDENT + "topic ID  " + id));
    row.last().ifPresent(last -> lines.add(INDENT + "last      " + text(last)));
    return String.join("\n", lines) + "\n";
  }

  private String text(LogBounds bounds) {
    return ", log %d to %d, lag %d"
        .formatted(bounds.startOffset(), bounds.endOffset(), lag(bounds));
  }

  private long lag(LogBounds bounds) {
    return Math.max(0, bounds.endOffset() - row.nextOffset());
  }

  private static String text(FenceRow.LastRecord last) {
    return "offset %d, timestamp %s, event ID %s"
        .formatted(
            last.offset(),
            last.timestamp().map(Object::toString).orElse("none"),
            last.eventId().orElse("none"));
  }

  private static String age(long seconds) {
    Duration age = Duration.ofSeconds(Math.max(0, seconds));
    if (age.toDays() > 0) {
      return age.toDays() + " d";
    }
    return age.toHours() > 0
        ? age.toHours() + " h"
        : age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }

  ObjectNode json() {
    ObjectNode json = FenceJson.of(row).put("age_s", row.ageSeconds());
    standing.ifPresent(s -> json.put("standing", s.label()));
    log.ifPresent(
        bounds -> {
          json.set("log", FenceJson.of(bounds));
          json.put("lag", lag(bounds));
        });
    return json;
  }
}
