package dev.onceflow.cli.dlq;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Which records of a topic are dealt with: topic {@code TOPIC-decisions}, compacted, one record for
 * each. It is written in the Kafka transaction of the copy that it speaks of, so a record is sent
 * again exactly if it is decided, wherever a command was killed.
 *
 * <p>Its key names the incarnation of the topic, too: in a topic that was deleted and made again
 * the same offsets are other records.
 *
 * <p>Held in memory, about 100 bytes a decided record, 400 where Connect set it aside. Used by one
 * thread.
 */
final class Decisions {
  private final String topicId;
  private final String topic;
  private final Scope scope;
  private final Map<Place, Decision> byPlace = new HashMap<>();

  /** One object for all records of a run. */
  private final Map<Decision, Decision> known = new HashMap<>();

  private final Set<SetAsideRecord.Twins> sent = new HashSet<>();

  /** Whose copies count as sent. */
  private enum Scope {
    /** Those of this incarnation's records. */
    OWN,
    /** All: the others are of the same input, and every sink reads what one of them had sent. */
    ALL
  }

  /**
   * @param topic whose records are decided
   * @param topicId its incarnation
   */
  Decisions(String topic, String topicId) {
    this(topic, topicId, Scope.OWN);
  }

  private Decisions(String topic, String topicId, Scope scope) {
    this.topic = topic;
    this.topicId = topicId;
    this.scope = scope;
  }

  /**
   * Decisions about the rows that sinks keep of one input. What was sent for one sink is not sent
   * for another one again, nor for the same one under another name.
   *
   * @param name under which all of them are written
   * @param sink stands for one sink
   */
  static Decisions ofTable(String name, String sink) {
    return new Decisions(name, sink, Scope.ALL);
  }

  /** Where decisions about a topic's records are. */
  static String topicOf(String topic) {
    return topic + "-decisions";
  }

  /**
   * Takes in what {@code source} gives.
   *
   * @throws dev.onceflow.cli.UserException if a record there is none of ours
   */
  Decisions read(RecordSource source) {
    List<ConsumerRecord<byte[], byte[]>> records = source.next();
    while (!records.isEmpty()) {
      records.forEach(this::read);
      records = source.next();
    }
    return this;
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    Decided.read(record).ifPresent(this::read);
  }

  private void read(Decided decided) {
    if (decided.topicId().equals(topicId)) {
      add(decided);
    } else if (scope == Scope.ALL) {
      decided.sent().ifPresent(sent::add);
    }
  }

  /** Notes one that is committed. */
  void add(Decided decided) {
    byPlace.put(decided.place(), known.computeIfAbsent(decided.decision(), decision -> decision));
    decided.sent().ifPresent(sent::add);
  }

  /**
   * What was decided about a record; empty where it is open. A row's state is a consequence of what
   * stands here, and counts alone only where somebody else has set it.
   */
  Optional<Decision> about(SetAsideRecord record) {
    return about(Place.of(record)).or(() -> record.row().flatMap(TableRow::dealtWith));
  }

  /** What was decided about the record there; empty where nothing was. */
  Optional<Decision> about(Place place) {
    return Optional.ofNullable(byPlace.get(place));
  }

  /** Whether a copy of the record, or of another one that is the same, was sent to the input. */
  boolean isSent(SetAsideRecord record) {
    return record.twins().filter(sent::contains).isPresent();
  }

  /** What to write about a record. */
  Decided decided(SetAsideRecord record, Decision decision) {
    return Decided.of(topicId, record, decision);
  }

  /** Where it is written. */
  ProducerRecord<byte[], byte[]> record(Decided decided) {
    return decided.record(topic);
  }
}
