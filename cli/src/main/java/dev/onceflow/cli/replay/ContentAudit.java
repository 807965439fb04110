package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.table.SinkAudit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What rows hold, after a replay: each table that can be compared, whole, against its whole topic
 * up to where the live sink stands. Rows that are missing although nobody asked for their records
 * are no fault of the replay; whatever else differs is said to differ.
 *
 * <pre>
 * "orders": {"verdict": "agree", "certificate": {...}}
 * "orders": {"verdict": "differ", "only_outside": true, "certificate": {...}}
 * "totals": {"not_compared": "..."}
 * "orders": {"failed": "..."}
 * </pre>
 */
final class ContentAudit {
  private static final String VERDICT = "verdict";
  private static final String ONLY_OUTSIDE = "only_outside";
  private static final String CERTIFICATE = "certificate";
  private static final String NOT_COMPARED = "not_compared";
  private static final String FAILED = "failed";
  private static final String AGREE = "agree";
  private static final String DIFFER = "differ";
  private static final String NOTHING_IN_SIGHT = "nothing_in_sight";

  /** So many of each kind are shown; the certificate has more. */
  private static final int NAMED_MAX = 3;

  private final SinkAudit audit;
  private final LiveSink sink;
  private final RecordFilter filter;
  private final CommittedRecords topic;
  private final Values values;

  ContentAudit(
      SinkAudit audit, LiveSink sink, RecordFilter filter, CommittedRecords topic, Values values) {
    this.audit = audit;
    this.sink = sink;
    this.filter = filter;
    this.topic = topic;
    this.values = values;
  }

  /** Audits the tables that take something of the ranges; never throws for what can't be done. */
  ObjectNode run(List<Range> ranges) {
    ObjectNode audits = JsonNodeFactory.instance.objectNode();
    for (String table : ReapplyCommand.tables(sink, ranges).keySet()) {
      Optional<String> whyNot = audit.whyNot(table);
      if (whyNot.isPresent()) {
        audits.putObject(table).put(NOT_COMPARED, whyNot.get());
        continue;
      }
      try {
        audits.set(table, json(audit.run(table), ranges));
      } catch (UserException e) {
        audits.putObject(table).put(FAILED, e.getMessage());
      }
    }
    return audits;
  }

  private ObjectNode json(SinkAudit.Result result, List<Range> ranges) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String verdict = result.certificate().path(VERDICT).asText();
    json.put(VERDICT, verdict);
    if (verdict.equals(DIFFER)) {
      json.put(ONLY_OUTSIDE, result.isMissingAll() && areOutside(result.missing(), ranges));
    }
    json.set(CERTIFICATE, result.certificate());
    return json;
  }

  /** Whether none of the records was asked for: by the ranges, then by the filter. */
  private boolean areOutside(Map<TopicPartition, Set<Long>> missing, List<Range> ranges) {
    List<Range> spans = new ArrayList<>();
    for (Range range : ranges) {
      TreeSet<Long> inside = new TreeSet<>(missing.getOrDefault(range.partition(), Set.of()));
      inside.removeIf(offset -> offset < range.start() || offset >= range.end());
      if (!inside.isEmpty()) {
        spans.add(range.from(inside.first()).before(inside.last() + 1));
      }
    }
    if (spans.isEmpty() || filter.isAll()) {
      return spans.isEmpty();
    }
    AtomicBoolean isAskedFor = new AtomicBoolean();
    topic.read(
        spans,
        record -> {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (missing.get(partition).contains(record.offset()) && !isLeftOut(record)) {
            isAskedFor.set(true);
          }
        });
    return !isAskedFor.get();
  }

  private boolean isLeftOut(ConsumerRecord<byte[], byte[]> record) {
    try {
      return filter.answer(new Fields(record, values::decode), sink.converters())
          == RecordFilter.Answer.LEFT;
    } catch (Values.UnreadableException e) {
      return false;
    }
  }

  /** Whether the tables hold what they should; unknown where one that could be asked wasn't. */
  static Settled settled(JsonNode audits) {
    Settled all = Settled.YES;
    for (JsonNode audit : audits) {
      String verdict = audit.path(VERDICT).asText();
      if (verdict.equals(DIFFER) && !audit.path(ONLY_OUTSIDE).asBoolean()) {
        return Settled.NO;
      }
      if (audit.has(FAILED) || verdict.equals(NOTHING_IN_SIGHT)) {
        all = Settled.UNKNOWN;
      }
    }
    return all;
  }

  /** For people. */
  static void text(List<String> lines, JsonNode audits) {
    audits
        .properties()
        .forEach(
            audit ->
                lines.add("  Audit     %s: %s".formatted(audit.getKey(), text(audit.getValue()))));
  }

  private static String text(JsonNode audit) {
    if (audit.has(NOT_COMPARED)) {
      return "not compared: " + audit.path(NOT_COMPARED).asText();
    }
    if (audit.has(FAILED)) {
      return "FAILED: " + audit.path(FAILED).asText();
    }
    JsonNode certificate = audit.path(CERTIFICATE);
    return switch (audit.path(VERDICT).asText()) {
      case AGREE ->
          "agrees with its topic, by event ID and content: %,d rows%s"
              .formatted(
                  certificate.path("table").path("rows").asLong(),
                  outOfSight(certificate.path("out_of_sight").path("rows").asLong()));
      case NOTHING_IN_SIGHT -> "nothing can be said: the topic no longer holds its records";
      default ->
          audit.path(ONLY_OUTSIDE).asBoolean()
              ? "%,d rows are missing whose records weren't asked for; the rest agrees, by event ID and content"
                  .formatted(certificate.path("differences").path("missing").asLong())
              : "DIFFERS from its topic: " + differences(certificate.path("differences"));
    };
  }

  private static String outOfSight(long rows) {
    return rows == 0 ? "" : "; of %,d more the topic no longer holds the records".formatted(rows);
  }

  private static String differences(JsonNode differences) {
    List<String> texts = new ArrayList<>();
    for (String kind : List.of("missing", "duplicated", "altered", "foreign")) {
      long count = differences.path(kind).asLong();
      if (count > 0) {
        List<String> ids = new ArrayList<>();
        for (JsonNode named : differences.path("named")) {
          if (named.path("kind").asText().equals(kind) && ids.size() < NAMED_MAX) {
            ids.add(named.path("event_id").asText("a record that fits no row"));
          }
        }
        texts.add(
            "%,d %s (%s%s)"
                .formatted(count, kind, String.join(", ", ids), count > ids.size() ? " ..." : ""));
      }
    }
    return String.join(", ", texts);
  }
}
