package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** What a run did. Used by one thread. */
final class Tally {
  private static final String NOWHERE = "";

  private final Map<String, Map<String, Long>> done = new TreeMap<>();
  private final Map<String, Left> left = new TreeMap<>();
  private long decidedBefore;
  private long gone;
  private long behindHorizon;

  /** Records that stay open for the same reason. */
  private static final class Left {
    private final Place first;
    private long records;

    Left(Place first) {
      this.first = first;
    }
  }

  /** Counts one that was decided; {@code to} is where its copy went, null where there is none. */
  void done(Decision.As as, String to) {
    done.computeIfAbsent(as.label(), label -> new TreeMap<>())
        .merge(to == null ? NOWHERE : to, 1L, Long::sum);
  }

  /** Counts one that stays open. */
  void left(String why, SetAsideRecord record) {
    left.computeIfAbsent(why, first -> new Left(Place.of(record))).records++;
  }

  /** Counts one that an earlier command decided. */
  void wasDecided() {
    decidedBefore++;
  }

  /** Counts some that were named, and that the topic doesn't hold any more. */
  void gone(long records) {
    gone += records;
  }

  /** Counts some that were sent, and may be set aside once more. */
  void behindHorizon(long records) {
    behindHorizon += records;
  }

  /** Whether all that was meant is decided. */
  boolean isWhole() {
    return left.isEmpty() && gone == 0;
  }

  long done() {
    return done.values().stream()
        .flatMap(topics -> topics.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  long left() {
    return left.values().stream().mapToLong(each -> each.records).sum();
  }

  long decidedBefore() {
    return decidedBefore;
  }

  String text(Mode mode) {
    StringBuilder text = new StringBuilder();
    String would = mode == Mode.DRY_RUN ? "would be " : "";
    done.forEach(
        (as, topics) ->
            topics.forEach(
                (topic, records) ->
                    text.append(
                        "%,d %s%s%s%n"
                            .formatted(
                                records, would, as, topic.isEmpty() ? "" : ", sent to " + topic))));
    if (done.isEmpty()) {
      text.append("No record %s%n".formatted(would.isEmpty() ? "was decided" : "would be decided"));
    }
    if (behindHorizon > 0) {
      text.append(
          """
          %,d of them with an event ID from before the horizon (--horizon-ms): where that is \
          forgotten they take no effect, and are set aside again as unprovable
          """
              .formatted(behindHorizon));
    }
    if (decidedBefore > 0) {
      text.append("%,d were dealt with before%n".formatted(decidedBefore));
    }
    if (gone > 0) {
      text.append("%,d are not in the topic any more%n".formatted(gone));
    }
    left.forEach(
        (why, each) ->
            text.append(
                "%,d left open, the first at %s: %s%n".formatted(each.records, each.first, why)));
    return text.toString();
  }

  ObjectNode json(Mode mode) {
    ObjectNode json = Json.object().put("dry_run", mode == Mode.DRY_RUN);
    ArrayNode decided = json.putArray("decided");
    done.forEach(
        (as, topics) ->
            topics.forEach(
                (topic, records) -> {
                  ObjectNode each = decided.addObject().put("as", as).put("records", records);
                  if (!topic.isEmpty()) {
                    each.put("sent_to", topic);
                  }
                }));
    json.put("decided_before", decidedBefore).put("gone", gone);
    json.put("behind_horizon", behindHorizon);
    ArrayNode open = json.putArray("left_open");
    left.forEach(
        (why, each) ->
            open.addObject()
                .put("records", each.records)
                .put("first_at", each.first.toString())
                .put("why", why));
    return json;
  }

  /** Whether something is written. */
  enum Mode {
    /** Everything is. */
    CHANGE,
    /** Nothing is. */
    DRY_RUN
  }
}
