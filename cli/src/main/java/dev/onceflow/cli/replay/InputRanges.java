package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.onceflow.schemas.event.CloudEventHeaders;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records of its inputs a job must have made a record of, as the record's header {@link
 * CloudEventHeaders#INPUT} says. Every partition that the job reads has a range, an empty one where
 * nothing of it is asked for. So what names another one, or none, was made of something that can't
 * be placed: of several records, of what the job wrote itself, or by somebody who keeps no account.
 *
 * @param byPartition the ranges, by {@code TOPIC-PARTITION}; none where it may be any record
 */
record InputRanges(Map<String, Range> byPartition) {
  /** Whatever it was made of. */
  static final InputRanges ANY = new InputRanges(Map.of());

  /** Where a record says what it was made of. */
  static final Source SOURCE = new Source("header", CloudEventHeaders.INPUT);

  private static final Pattern COORDINATES = Pattern.compile("(.+)-([0-9]{1,18})");

  /**
   * What is asked for, as far as it lies in what can be read.
   *
   * @param whole what can be read of each partition
   * @param asked of those of them that are meant
   */
  static InputRanges of(List<Range> whole, List<Range> asked) {
    Map<TopicPartition, Range> meant = new HashMap<>();
    asked.forEach(range -> meant.put(range.partition(), range));
    return of(
        whole.stream()
            .map(
                range ->
                    meant
                        .getOrDefault(range.partition(), range.before(range.start()))
                        .before(range.end()))
            .toList());
  }

  static InputRanges of(Collection<Range> ranges) {
    Map<String, Range> byPartition = new LinkedHashMap<>();
    ranges.forEach(range -> byPartition.put(range.partition().toString(), range));
    return new InputRanges(byPartition);
  }

  /** As a replay's row keeps them; any where it keeps none. */
  static InputRanges of(JsonNode array) {
    List<Range> ranges = new ArrayList<>();
    array.forEach(range -> ranges.add(Range.of(range)));
    return of(ranges);
  }

  void addTo(ArrayNode array) {
    byPartition.values().forEach(range -> array.add(range.json()));
  }

  boolean isAny() {
    return byPartition.isEmpty();
  }

  /** Whether nothing that could be read is asked for. */
  boolean areEmpty() {
    return !isAny() && byPartition.values().stream().allMatch(Range::isEmpty);
  }

  /** Why the sink can't read from any header what a record was made of; empty if it can. */
  Optional<String> whyUntold(LiveSink sink) {
    return sink.converters().headersAreText()
        ? Optional.empty()
        : byPartition.keySet().stream()
            .filter(name -> !RecordFilter.Converters.isPlain(name + "-0"))
            .findFirst()
            .map(
                name ->
                    "Connector %s doesn't name a header.converter that leaves every text as it is, and may read %s-0 in another way: set org.apache.kafka.connect.storage.StringConverter there, or take the whole input (--all)."
                        .formatted(sink.connector(), name));
  }

  /** Whether a record of an input is asked for. */
  boolean holds(TopicPartition partition, long offset) {
    Range range = byPartition.get(partition.toString());
    return isAny() || (range != null && range.holds(offset));
  }

  /**
   * Whether a record is taken that says it was made of this.
   *
   * @param coordinates {@code TOPIC-PARTITION-OFFSET}; empty where it says nothing
   */
  RecordFilter.Answer answer(String coordinates) {
    Matcher place = COORDINATES.matcher(coordinates);
    Range range = place.matches() ? byPartition.get(place.group(1)) : null;
    if (range == null) {
      return RecordFilter.Answer.UNTOLD;
    }
    return range.holds(Long.parseLong(place.group(2)))
        ? RecordFilter.Answer.TAKEN
        : RecordFilter.Answer.LEFT;
  }

  /** The conditions of the sink's setting. */
  List<String> conditions() {
    return byPartition.values().stream()
        .map(range -> "input:%s=%d..%d".formatted(range.partition(), range.start(), range.end()))
        .toList();
  }

  /** For people. */
  String text() {
    return byPartition.values().stream()
        .filter(range -> !range.isEmpty())
        .map(
            range -> "%s from %d up to %d".formatted(range.partition(), range.start(), range.end()))
        .collect(Collectors.joining(" or ", "made of ", ""));
  }
}
