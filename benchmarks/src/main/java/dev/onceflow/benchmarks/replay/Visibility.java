package dev.onceflow.benchmarks.replay;

import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.serde.AvroSerdes;
import dev.onceflow.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * When each entry became visible to others in the database: the moment at which the fence, which
 * moves in the entries' own transaction, was first seen behind it. Looks every few milliseconds by
 * a thread of its own; what events these entries belong to is read from the topic afterwards, so
 * that it costs nothing meanwhile.
 */
final class Visibility implements AutoCloseable {
  private static final String FENCES =
      "SELECT partition, next_offset FROM onceflow.fence WHERE sink = ? AND run = '' AND topic = ?";
  private static final long LOOK_MS = 4;
  private static final Duration POLL = Duration.ofMillis(500);

  private final Connection connection;
  private final Thread watcher = new Thread(this::watch, "visibility");
  private final Map<Integer, Long> begin = new HashMap<>();

  /** By partition: the fence, and when it was first seen there, by the wall clock. */
  private final Map<Integer, TreeMap<Long, Long>> seenMs = new HashMap<>();

  private volatile boolean closing;
  private volatile SQLException failure;

  /** From the event's own time to its entry's visibility. */
  record Sample(long eventMs, long tookMs) {}

  /** Figures of a span of time. */
  record Latency(int entries, long p50Ms, long p99Ms, long maxMs) {
    static Latency of(List<Sample> samples, long fromMs, long toMs) {
      long[] sorted =
          samples.stream()
              .filter(sample -> sample.eventMs() >= fromMs && sample.eventMs() < toMs)
              .mapToLong(Sample::tookMs)
              .sorted()
              .toArray();
      if (sorted.length == 0) {
        throw new IllegalStateException("No event happened in " + (toMs - fromMs) + " ms");
      }
      return new Latency(
          sorted.length,
          sorted[sorted.length / 2],
          sorted[(int) (sorted.length * 0.99)],
          sorted[sorted.length - 1]);
    }
  }

  private Visibility(Connection connection) {
    this.connection = connection;
  }

  /** Begins to watch. */
  static Visibility begin(Target target) throws SQLException {
    Visibility visibility = new Visibility(DriverManager.getConnection(target.url()));
    visibility.look(visibility.begin::put);
    visibility.watcher.start();
    return visibility;
  }

  private interface Seen {
    void at(int partition, long nextOffset);
  }

  private void look(Seen seen) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FENCES)) {
      statement.setString(1, Stage.SINK);
      statement.setString(2, Topics.LEDGER_ENTRIES.name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          seen.at(rows.getInt(1), rows.getLong(2));
        }
      }
    }
  }

  private void watch() {
    try {
      while (!closing) {
        look(
            (partition, nextOffset) ->
                seenMs
                    .computeIfAbsent(partition, p -> new TreeMap<>())
                    .putIfAbsent(nextOffset, System.currentTimeMillis()));
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the watch; answers with all entries that came meanwhile and are visible. */
  List<Sample> samples(Map<String, Object> clients) throws Exception {
    closing = true;
    watcher.join();
    if (failure != null) {
      throw new IllegalStateException("The fences could not be watched", failure);
    }
    Deserializer<LedgerEntry> entries = new AvroSerdes(clients).deserializer(LedgerEntry.class);
    List<Sample> samples = new ArrayList<>();
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            clients.get("bootstrap.servers"),
            "isolation.level",
            "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<TopicPartition, Long> from = new HashMap<>();
      begin.forEach(
          (partition, offset) ->
              from.put(new TopicPartition(Topics.LEDGER_ENTRIES.name(), partition), offset));
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
      while (from.keySet().stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Map.Entry<Long, Long> seen =
              seenMs.getOrDefault(record.partition(), new TreeMap<>()).higherEntry(record.offset());
          if (seen != null) {
            long eventMs =
                entries.deserialize(record.topic(), record.value()).getOccurredAt().toEpochMilli();
            samples.add(new Sample(eventMs, seen.getValue() - eventMs));
          }
        }
      }
    }
    return samples;
  }

  @Override
  public void close() throws SQLException {
    closing = true;
    try {
      watcher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
