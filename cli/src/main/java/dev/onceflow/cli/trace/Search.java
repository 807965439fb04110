package dev.onceflow.cli.trace;

import dev.onceflow.schemas.event.CloudEventHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the input for the event, then all other topics for what follows from it, then asks the
 * database: in the order of a record's path, so that what is found later is never older than what
 * was found before.
 */
final class Search {
  private static final Comparator<Sighting> BY_TIME =
      Comparator.comparing(Sighting::timestamp)
          .thenComparing(sighting -> sighting.partition().toString())
          .thenComparing(Sighting::offset);

  private final TopicSearch topics;
  private final ValueText values;
  private final List<Searched> searched = new ArrayList<>();

  Search(TopicSearch topics, ValueText values) {
    this.topics = topics;
    this.values = values;
  }

  /** What topics to read. */
  record Where(String input, List<String> outputs, Window window) {}

  Story tell(String eventId, Where where, JobMemory memory, Optional<TargetDatabase> database) {
    List<Sighting> copies = copies(eventId, where);
    Optional<Instant> occurredAt =
        copies.stream().map(Search::occurredAt).flatMap(Optional::stream).findFirst();
    Family family = Family.of(eventId, occurredAt);
    List<Sighting> outputs = outputs(family, where, copies);
    return new Story(
        eventId,
        where.window,
        searched,
        memory,
        copies,
        outputs,
        database.map(asked -> applied(asked, family, outputs)));
  }

  private List<Sighting> copies(String eventId, Where where) {
    Family alone = Family.of(eventId, Optional.empty());
    List<Sighting> copies = new ArrayList<>();
    searched.addAll(
        topics.read(
            List.of(where.input),
            where.window,
            record -> {
              String id = CloudEventHeaders.id(record.headers());
              boolean is =
                  id == null
                      ? alone.namedIn(record.value()).filter(eventId::equals).isPresent()
                          || eventId.equals(keyOf(record))
                      : id.equals(eventId);
              if (is) {
                copies.add(Sighting.of(record, Optional.of(eventId), "event", values.of(record)));
              }
            }));
    copies.sort(BY_TIME);
    return copies;
  }

  private static String keyOf(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? null : Sighting.text(record.key());
  }

  private static Optional<Instant> occurredAt(Sighting copy) {
    try {
      return Optional.ofNullable(copy.headers().get(CloudEventHeaders.TIME)).map(Instant::parse);
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }

  private List<Sighting> outputs(Family family, Where where, List<Sighting> copies) {
    Set<String> inputs = copies.stream().map(Sighting::at).collect(Collectors.toSet());
    // Outputs carry their input's timestamp.
    Window window =
        copies.isEmpty() || where.window.from().isEmpty()
            ? where.window
            : where.window.from(copies.get(0).timestamp());
    List<Sighting> outputs = new ArrayList<>();
    searched.addAll(
        topics.read(
            where.outputs,
            window,
            record -> output(record, family, inputs).ifPresent(outputs::add)));
    outputs.sort(BY_TIME);
    return outputs;
  }

  private Optional<Sighting> output(
      ConsumerRecord<byte[], byte[]> record, Family family, Set<String> inputs) {
    Optional<String> own =
        Optional.ofNullable(CloudEventHeaders.id(record.headers()))
            .filter(id -> family.role(id).isPresent());
    if (own.isPresent()) {
      return Optional.of(
          Sighting.of(record, own, family.role(own.get()).orElseThrow(), values.of(record)));
    }
    Optional<String> named = family.namedIn(record.value()).or(() -> family.namedIn(record.key()));
    if (named.isPresent()) {
      return Optional.of(
          Sighting.of(
              record,
              named,
              "names the " + family.role(named.get()).orElseThrow(),
              values.of(record)));
    }
    if (inputs.isEmpty() || record.headers().lastHeader(CloudEventHeaders.INPUT) == null) {
      return Optional.empty();
    }
    return Optional.of(Sighting.of(record, Optional.empty(), "made from it", ""))
        .filter(sighting -> sighting.madeFrom().filter(inputs::contains).isPresent())
        .map(s -> Sighting.of(record, Optional.empty(), s.role(), values.of(record)));
  }

  private static Story.Applied applied(
      TargetDatabase database, Family family, List<Sighting> outputs) {
    database.begin();
    List<TargetDatabase.Row> rows = database.rows(family.ids());
    Set<String> keys =
        outputs.stream()
            .filter(output -> output.setAsideBecause().isEmpty())
            .map(Sighting::key)
            .flatMap(Optional::stream)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<TargetDatabase.Row> byKey = new ArrayList<>(database.rows(keys));
    byKey.removeAll(rows);
    List<Map<String, Object>> fences =
        outputs.stream()
            .map(Sighting::partition)
            .distinct()
            .map(partition -> database.fences(partition.topic(), partition.partition()))
            .flatMap(Collection::stream)
            .toList();
    List<Map<String, Object>> deadLetters =
        outputs.stream()
            .map(
                output ->
                    database.deadLetters(
                        output.partition().topic(),
                        output.partition().partition(),
                        output.offset()))
            .flatMap(Collection::stream)
            .toList();
    List<Map<String, Object>> remembered = new ArrayList<>();
    for (String id : family.ids()) {
      for (Map<String, Object> row : database.remembered(id)) {
        row.put("role", family.role(id).orElseThrow());
        remembered.add(row);
      }
    }
    return new Story.Applied(rows, byKey, remembered, fences, deadLetters);
  }
}
