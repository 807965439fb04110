package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a replay is going to do. Pure, and printable.
 *
 * @param filter which records of the ranges
 * @param tables what guards each table that takes something of the range
 * @param sampled whether only a sample was read
 * @param refusals why it can't be done; empty if it can
 */
record ReplayPlan(
    LiveSink sink,
    RecordFilter filter,
    List<Range> ranges,
    Map<String, SinkTable> tables,
    Counting.Result counted,
    boolean sampled,
    Optional<Long> ratePerSecond,
    List<String> refusals) {
  boolean isRefused() {
    return !refusals.isEmpty();
  }

  long offsets() {
    return ranges.stream().mapToLong(Range::size).sum();
  }

  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "reapply")
            .put("sink", sink.name())
            .put("connector", sink.connector())
            .put("rules", sink.rules())
            .put("offsets", offsets())
            .put("sampled", sampled);
    ratePerSecond.ifPresent(rate -> json.put("rate", rate));
    ArrayNode read = json.putArray("ranges");
    ranges.forEach(range -> read.add(range.json()));
    if (!filter.isAll()) {
      filter.addTo(json.putObject("filter"));
    }
    json.set("counted", counted.json());
    refusals.forEach(json.putArray("refusals")::add);
    return json;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Reapply through sink %s, a copy of connector %s".formatted(sink.name(), sink.connector()));
    for (Range range : ranges) {
      lines.add(
          "  Read      %s from %d up to %d%s"
              .formatted(range.partition(), range.start(), range.end(), remarks(range)));
    }
    lines.add(
        "  %s   %,d records, %,d bytes%s, read at %,.0f a second"
            .formatted(
                sampled ? "Sampled" : "Counted",
                counted.records(),
                counted.bytes(),
                sampled ? " of %,d offsets".formatted(offsets()) : "",
                counted.records() / Math.max(0.001, counted.seconds())));
    if (!filter.isAll()) {
      lines.add(
          "  Filter    %s: %,d records taken, %,d left out"
              .formatted(
                  filter.text(),
                  counted.records() - counted.filtered().left(),
                  counted.filtered().left()));
    }
    tables.forEach((name, table) -> lines.add("  Table     " + text(table)));
    lines.add("  Duration  " + duration());
    for (String refusal : refusals) {
      lines.add("  Refused   " + refusal);
    }
    return String.join("\n", lines) + "\n";
  }

  private String remarks(Range range) {
    String when =
        Optional.ofNullable(counted.oldestMs().get(range.partition()))
            .map(ms -> ", the first of " + Instant.ofEpochMilli(ms))
            .orElse("");
    if (range.isEmpty()) {
      return ": nothing";
    }
    return range.logStart() > 0 && range.start() == range.logStart()
        ? when + "; what lay before it has expired and is out of sight"
        : when;
  }

  private String text(SinkTable table) {
    String what =
        Optional.ofNullable(counted.counts().get(table.name()))
            .map(Counts::text)
            .orElseGet(() -> "not counted: " + counted.uncountable().get(table.name()));
    return "%s (%s, %s): %s%s"
        .formatted(table.name(), table.effect(), guard(table), what, remark(table));
  }

  private static String guard(SinkTable table) {
    return switch (table.guard()) {
      case EVENT_KEY -> "once by its key";
      case MEMORY -> "once by the memory of event IDs";
      case VERSION -> "the highest version wins";
      case POSITION -> "the highest offset wins";
      case ARRIVAL -> "what comes last wins";
    };
  }

  private String remark(SinkTable table) {
    boolean isRemembered =
        table.guard() == SinkTable.Guard.MEMORY
            && Optional.ofNullable(counted.counts().get(table.name()))
                .filter(counts -> counts.duplicates() > 0)
                .isPresent();
    return isRemembered
        ? ". What is remembered stays as the table has it: rows that were lost there don't come back"
        : "";
  }

  private String duration() {
    return ratePerSecond
        .map(
            rate ->
                "%s at %,d records a second"
                    .formatted(Duration.ofSeconds((offsets() + rate - 1) / rate), rate))
        .orElse(
            "as fast as the sink writes; --rate limits it, 'onceflow replay rate' changes that");
  }
}
