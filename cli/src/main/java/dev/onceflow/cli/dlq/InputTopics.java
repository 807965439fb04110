package dev.onceflow.cli.dlq;

import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.streams.route.SetAside;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** The inputs as Kafka has them; each topic is asked for once. Used by one thread. */
final class InputTopics implements Targets, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int POLLS_MAX = 50;

  private final Cluster cluster;
  private final Map<String, Optional<Cluster.Topic>> topics = new HashMap<>();
  private Consumer<byte[], byte[]> consumer;

  InputTopics(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public Optional<String> refusal(Coordinates origin) {
    Optional<Cluster.Topic> topic = topics.computeIfAbsent(origin.topic(), cluster::topic);
    if (topic.isEmpty()) {
      return Optional.of("there is no topic " + origin.topic());
    }
    // Where topics are made again with fewer partitions; more of them are no trouble.
    return origin.partition() < topic.get().partitions()
        ? Optional.empty()
        : Optional.of(
            "topic %s has no partition %d any more".formatted(origin.topic(), origin.partition()));
  }

  @Override
  public Optional<Resend.Content> original(SetAsideRecord record) {
    return record
        .origin()
        .filter(origin -> refusal(origin).isEmpty())
        .flatMap(this::read)
        .filter(found -> record.row().isPresent() || isHashed(record, found))
        .filter(found -> isThatOf(record.row(), found))
        .map(found -> new Resend.Content(found.key(), found.value(), found.headers()));
  }

  // A row's headers are the record's own: what hashes they may have are of something else.
  private static boolean isHashed(SetAsideRecord record, ConsumerRecord<byte[], byte[]> found) {
    return isSame(record, SetAside.VALUE_SHA256, found.value())
        && isSame(record, SetAside.KEY_SHA256, found.key());
  }

  // A topic that was made again has other records at the same offsets.
  private static boolean isSame(SetAsideRecord record, String hash, byte[] bytes) {
    return record
        .text(hash)
        .map(expected -> bytes != null && expected.equals(Hash.ofBytes(bytes)))
        .orElse(true);
  }

  // A row has no hash: a transform may have changed what it has. The sink knew the topic's ID, or
  // at least the record's time.
  private boolean isThatOf(Optional<TableRow> row, ConsumerRecord<byte[], byte[]> found) {
    return row.map(
            kept ->
                found.timestamp() == kept.timestamp()
                    && topics.get(kept.topic()).filter(topic -> kept.isOf(topic.id())).isPresent())
        .orElse(true);
  }

  private Optional<ConsumerRecord<byte[], byte[]>> read(Coordinates at) {
    if (consumer == null) {
      consumer = cluster.consumer();
    }
    TopicPartition partition = new TopicPartition(at.topic(), at.partition());
    consumer.assign(List.of(partition));
    consumer.seek(partition, at.offset());
    try {
      for (int i = 0; i < POLLS_MAX && consumer.position(partition) <= at.offset(); i++) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          return record.offset() == at.offset() ? Optional.of(record) : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (OffsetOutOfRangeException gone) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
    }
  }
}
