package dev.onceflow.cli.audit.topics;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.read.AuditProgress;
import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Adds up what became of every input record of the payments job: {@code read = applied + rejected +
 * duplicate + quarantined + dlq}, as the job counted it in the transactions of the effects, against
 * what the topics hold, offset by offset where an outcome leaves a record. The cut is the input
 * offset that the counts speak of; outputs of later input are left out by the coordinates in their
 * headers, so it may run beside the job.
 */
final class TopicsAudit {
  private final Map<String, Object> clients;
  private final String verdictsTopic;
  private final AuditProgress progress;

  /**
   * @param clients settings of Kafka clients and of the schema registry
   * @param verdictsTopic where the job keeps its counts
   * @param progress told of what was read
   */
  TopicsAudit(Map<String, Object> clients, String verdictsTopic, AuditProgress progress) {
    this.clients = clients;
    this.verdictsTopic = verdictsTopic;
    this.progress = progress;
  }

  /**
   * Reads everything and adds it up.
   *
   * @throws UserException if it can't be done, saying why
   */
  List<PartitionSum> run() {
    // The counts first: the outputs that they speak of were committed with them, or before.
    Map<Integer, VerdictCounts> counts = counts();
    Map<Integer, Fates> fates = new TreeMap<>();
    counts.forEach((partition, count) -> fates.put(partition, new Fates(count.getNextOffset())));
    List<Fate> outOfSight = new ArrayList<>();
    for (Fate fate : Fate.values()) {
      CommittedTopic topic = topic(fate.topic());
      if (topic.begin().values().stream().anyMatch(start -> start > 0)) {
        outOfSight.add(fate);
      }
      topic.read(topic.end(), record -> add(fate, record, fates));
    }
    Map<Integer, OptionalLong> input = input(counts);
    List<PartitionSum> sums = new ArrayList<>();
    fates.forEach(
        (partition, ofPartition) -> {
          ofPartition.check(outOfSight);
          sums.add(
              PartitionSum.of(
                  partition, counts.get(partition), input.get(partition), ofPartition, outOfSight));
        });
    return sums;
  }

  private Map<Integer, VerdictCounts> counts() {
    Deserializer<VerdictCounts> deserializer =
        new AvroSerdes(clients).deserializer(VerdictCounts.class);
    Map<Integer, VerdictCounts> latest = new TreeMap<>();
    CommittedTopic topic = topic(verdictsTopic);
    topic.read(
        topic.end(),
        record ->
            latest.put(
                record.partition(), deserializer.deserialize(verdictsTopic, record.value())));
    if (latest.isEmpty()) {
      throw new UserException(
          "Topic %s holds no counts: has the job committed anything? --application-id names it."
              .formatted(verdictsTopic));
    }
    latest.forEach(
        (partition, count) -> {
          if (count.getNextOffset() > Integer.MAX_VALUE) {
            throw new UserException(
                "Partition %d of %s has been read up to offset %d: expected at most %d, which is what an audit keeps in memory."
                    .formatted(
                        partition,
                        Topics.PAYMENTS.name(),
                        count.getNextOffset(),
                        Integer.MAX_VALUE));
          }
        });
    return latest;
  }

  private CommittedTopic topic(String name) {
    return new CommittedTopic(name, clients, progress::records);
  }

  private static void add(
      Fate fate, ConsumerRecord<byte[], byte[]> record, Map<Integer, Fates> fates) {
    String topic;
    int partition;
    long offset;
    if (fate == Fate.QUARANTINED || fate == Fate.DLQ) {
      topic = header(record, SetAside.TOPIC);
      partition = Integer.parseInt(header(record, SetAside.PARTITION));
      offset = Long.parseLong(header(record, SetAside.OFFSET));
    } else {
      String input = header(record, CloudEventHeaders.INPUT);
      int beforeOffset = input.lastIndexOf('-');
      int beforePartition = input.lastIndexOf('-', beforeOffset - 1);
      topic = input.substring(0, beforePartition);
      partition = Integer.parseInt(input.substring(beforePartition + 1, beforeOffset));
      offset = Long.parseLong(input.substring(beforeOffset + 1));
    }
    if (topic.equals(Topics.PAYMENTS.name()) && fates.containsKey(partition)) {
      fates.get(partition).add(fate, offset);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new UserException(
          "Record %s-%d-%d has no header %s: expected what the payments job writes."
              .formatted(record.topic(), record.partition(), record.offset(), name));
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private Map<Integer, OptionalLong> input(Map<Integer, VerdictCounts> counts) {
    CommittedTopic payments = topic(Topics.PAYMENTS.name());
    Map<TopicPartition, Long> begin = payments.begin();
    Map<TopicPartition, Long> cut = new HashMap<>();
    Map<Integer, Long> records = new HashMap<>();
    Map<Integer, OptionalLong> input = new HashMap<>();
    counts.forEach(
        (partition, count) -> {
          TopicPartition of = new TopicPartition(payments.name(), partition);
          input.put(partition, OptionalLong.empty());
          if (begin.getOrDefault(of, 0L) == 0) {
            cut.put(of, count.getNextOffset());
            records.put(partition, 0L);
          }
        });
    payments.read(cut, record -> records.merge(record.partition(), 1L, Long::sum));
    records.forEach((partition, count) -> input.put(partition, OptionalLong.of(count)));
    return input;
  }
}
