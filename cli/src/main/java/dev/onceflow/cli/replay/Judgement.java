package dev.onceflow.cli.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/**
 * What can't be done without counting something twice or setting a row back, and why. There is no
 * force: each refusal says what to do instead. Pure.
 *
 * @param nowMs the later of the database's clock and the newest record that was applied: whatever a
 *     task forgets, it forgets by a clock that is not ahead of that
 * @param applied the topics' IDs as the live sink knows them
 */
record Judgement(LiveSink sink, long nowMs, Map<String, UUID> applied) {
  private static final String REBUILD =
      "To rebuild table %s instead: stop the connector, empty the table and what onceflow.processed_events remembers of it, set the fences to the earliest offset ('onceflow fence set'), and start it again";

  /** Why the range must not be applied again; empty if it may. */
  List<String> refusals(List<Range> ranges, Counting.Result counted) {
    List<String> refusals = new ArrayList<>();
    ranges.stream()
        .filter(r -> !r.topicId().equals(applied.getOrDefault(r.partition().topic(), r.topicId())))
        .map(range -> range.partition().topic())
        .distinct()
        .forEach(
            topic ->
                refusals.add(
                    "Topic %s was deleted and made again since the sink applied it: what is in the table came from another log. 'onceflow fence accept' takes the topic as it is now."
                        .formatted(topic)));
    for (SinkTable table : sink.tables()) {
      List<TopicPartition> taken =
          ranges.stream()
              .filter(range -> !range.isEmpty())
              .map(Range::partition)
              .filter(partition -> table.takes(partition.topic()))
              .toList();
      if (!taken.isEmpty()) {
        refusal(table, taken, counted).ifPresent(refusals::add);
      }
    }
    return refusals;
  }

  private Optional<String> refusal(
      SinkTable table, List<TopicPartition> taken, Counting.Result counted) {
    return switch (table.guard()) {
      case EVENT_KEY -> Optional.empty();
      case VERSION ->
          deleted(table, taken, counted.oldestMs()).or(() -> unknownDeletes(table, counted));
      case POSITION ->
          Optional.of(
              "Table %s is ordered by position: a key whose records moved to another partition would go back to an old row. %s."
                  .formatted(table.name(), REBUILD.formatted(table.name())));
      case ARRIVAL ->
          Optional.of(
              "Table %s keeps the row that came last (version=arrival): every row would go back to an old one. %s, or order it by a version that its producer keeps."
                  .formatted(table.name(), REBUILD.formatted(table.name())));
      case MEMORY -> forgotten(table, taken, counted);
    };
  }

  private Optional<String> deleted(
      SinkTable table, List<TopicPartition> taken, Map<TopicPartition, Long> oldestMs) {
    if (!table.deletes() || sink.tombstonesMs().isEmpty()) {
      return Optional.empty();
    }
    long knownFromMs = nowMs - sink.tombstonesMs().get();
    return oldest(taken, oldestMs)
        .filter(oldest -> oldest < knownFromMs)
        .map(
            oldest ->
                "Table %s deletes rows and knows deleted keys for %s (tombstones.retention.ms); the range begins at %s: rows that were deleted would come back. Begin at %s or later."
                    .formatted(
                        table.name(),
                        Duration.ofMillis(sink.tombstonesMs().get()),
                        Instant.ofEpochMilli(oldest),
                        Instant.ofEpochMilli(knownFromMs)));
  }

  /** The sink began behind them, say: each would take away the row that came after it. */
  private static Optional<String> unknownDeletes(SinkTable table, Counting.Result counted) {
    Optional<String> why = Optional.ofNullable(counted.uncountable().get(table.name()));
    if (!table.deletesBlindly()) {
      return Optional.empty();
    }
    if (why.isPresent()) {
      return Optional.of(
          "Table %s deletes rows, and whether the sink knows the deletes of the range can't be looked up: %s. One that it doesn't know would take away the row that came after it. %s."
              .formatted(table.name(), why.get(), REBUILD.formatted(table.name())));
    }
    long unknown = counted.counts().getOrDefault(table.name(), Counts.NONE).unprovable();
    return unknown == 0
        ? Optional.empty()
        : Optional.of(
            "Table %s: %,d deletes of the range were never applied by the sink, or it has forgotten them, or their keys can't be read here; each would take away the row that came after it. Begin behind them. %s."
                .formatted(table.name(), unknown, REBUILD.formatted(table.name())));
  }

  private Optional<String> forgotten(
      SinkTable table, List<TopicPartition> taken, Counting.Result counted) {
    if (sink.horizonMs().isPresent()) {
      long knownFromMs = nowMs - sink.horizonMs().get();
      Optional<Long> oldest =
          oldest(taken, counted.oldestMs()).filter(oldestMs -> oldestMs < knownFromMs);
      if (oldest.isPresent()) {
        return Optional.of(
            "Table %s counts each event once and knows events for %s (dedupe.horizon.ms); the range begins at %s: what was forgotten would count twice, or not at all. Begin at %s or later (--from-time). %s."
                .formatted(
                    table.name(),
                    Duration.ofMillis(sink.horizonMs().get()),
                    Instant.ofEpochMilli(oldest.get()),
                    Instant.ofEpochMilli(knownFromMs),
                    REBUILD.formatted(table.name())));
      }
    }
    long unprovable = counted.counts().getOrDefault(table.name(), Counts.NONE).unprovable();
    return unprovable == 0
        ? Optional.empty()
        : Optional.of(
            "Of %,d events of the range nobody can say any more whether table %s counts them: they were minted in a time whose memory was dropped. Begin later. %s."
                .formatted(unprovable, table.name(), REBUILD.formatted(table.name())));
  }

  private static Optional<Long> oldest(
      List<TopicPartition> taken, Map<TopicPartition, Long> oldestMs) {
    return taken.stream().filter(oldestMs::containsKey).map(oldestMs::get).min(Long::compare);
  }
}
