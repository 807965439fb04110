package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads ranges and asks for each record what it would do. Memory is flat: what must be kept for the
 * whole range is kept in a temporary table of the database. Used by one thread.
 */
final class Counting {
  private static final int CHUNK = 5_000;

  /**
   * What was found.
   *
   * @param records that were read
   * @param bytes of their keys and values
   * @param oldestMs the timestamp of each range's first record; of a part of a job's input the
   *     oldest one that is taken
   * @param counts by table; none for those that can't be counted
   * @param uncountable why not, by table
   * @param filtered what the filter made of them
   * @param seconds how long it took
   */
  record Result(
      long records,
      long bytes,
      Map<TopicPartition, Long> oldestMs,
      Map<String, Counts> counts,
      Map<String, String> uncountable,
      Filtered filtered,
      double seconds) {
    static final Result NOTHING =
        new Result(0, 0, Map.of(), Map.of(), Map.of(), Filtered.NOTHING, 0);

    /**
     * Whether applying the range again would change nothing; unknown where a table has no count.
     */
    Settled settled() {
      if (!counts.values().stream().allMatch(Counts::isSettled)) {
        return Settled.NO;
      }
      return uncountable.isEmpty() ? Settled.YES : Settled.UNKNOWN;
    }

    ObjectNode json() {
      ObjectNode json =
          JsonNodeFactory.instance
              .objectNode()
              .put("records", records)
              .put("bytes", bytes)
              .put("left_out", filtered.left())
              .put("seconds", seconds);
      ObjectNode tables = json.putObject("tables");
      counts.forEach((table, count) -> tables.set(table, count.json()));
      uncountable.forEach((table, why) -> tables.putObject(table).put("not_counted", why));
      return json;
    }
  }

  /**
   * What the filter made of the records that were read.
   *
   * @param left how many it leaves out
   * @param untold how many of them the sink may take or leave
   * @param firstUntold where the first of these is
   */
  record Filtered(long left, long untold, Optional<String> firstUntold) {
    static final Filtered NOTHING = new Filtered(0, 0, Optional.empty());

    private Filtered withLeft() {
      return new Filtered(left + 1, untold, firstUntold);
    }

    private Filtered withUntold(String place) {
      return new Filtered(left, untold + 1, firstUntold.or(() -> Optional.of(place)));
    }
  }

  private final Connection connection;
  private final LiveSink sink;
  private final RecordFilter filter;
  private final RecordFilter.Converters converters;
  private final CommittedRecords topic;
  private final Values values;
  private final LongConsumer progress;

  private final Map<SinkTable, Probe> probes = new LinkedHashMap<>();
  private final Map<SinkTable, Counts> counts = new LinkedHashMap<>();
  private final Map<String, String> uncountable = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> oldestMs = new LinkedHashMap<>();
  private Filtered filtered = Filtered.NOTHING;
  private long records;
  private long bytes;
  private int inChunk;

  /**
   * @param filter which of the records are meant
   * @param progress is told how many records were read, now and then
   */
  Counting(
      Connection connection,
      LiveSink sink,
      RecordFilter filter,
      CommittedRecords topic,
      Values values,
      LongConsumer progress) {
    this.connection = connection;
    this.sink = sink;
    this.filter = filter;
    this.converters = sink.converters();
    this.topic = topic;
    this.values = values;
    this.progress = progress;
  }

  /**
   * Counts.
   *
   * @param sample how many offsets of each partition to read, spread over its range; empty for all
   */
  Result run(List<Range> ranges, Optional<Long> sample) {
    long fromNs = System.nanoTime();
    try {
      Probe.begin(connection);
      openProbes(ranges);
      if (sample.isEmpty()) {
        topic.read(ranges, this::add);
      } else {
        // The horizon is judged by the first record, which the pieces may not hold.
        for (Range range : ranges) {
          topic
              .first(range)
              .ifPresent(record -> oldestMs.put(range.partition(), record.timestamp()));
        }
        for (List<Range> piece : Samples.of(ranges, sample.get())) {
          topic.read(piece, this::add);
        }
      }
      flush();
      if (sample.isPresent()) {
        // One delete that isn't in the sample is enough to lose a row.
        for (SinkTable table : new ArrayList<>(probes.keySet())) {
          if (table.deletesBlindly()) {
            giveUp(table, "its deletes must all be read, without --sample");
          }
        }
      }
    } catch (SQLException e) {
      throw Replays.refused(e);
    }
    Map<String, Counts> named = new LinkedHashMap<>();
    counts.forEach((table, count) -> named.put(table.name(), count));
    return new Result(
        records, bytes, oldestMs, named, uncountable, filtered, (System.nanoTime() - fromNs) / 1e9);
  }

  private void openProbes(List<Range> ranges) throws SQLException {
    Optional<String> whyNone = sink.whyUncountable();
    for (SinkTable table : sink.tables()) {
      if (ranges.stream().noneMatch(range -> table.takes(range.partition().topic()))) {
        continue;
      }
      if (whyNone.isPresent()) {
        uncountable.put(table.name(), whyNone.get());
        continue;
      }
      try {
        probes.put(table, Probe.of(connection, sink.name(), table));
        counts.put(table, Counts.NONE);
      } catch (Probe.UncountableException e) {
        connection.rollback();
        uncountable.put(table.name(), e.getMessage());
      }
    }
    connection.commit();
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    records++;
    bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    Fields fields = new Fields(record, values::decode);
    boolean isMeant = isMeant(fields);
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    if (filter.inputs().isAny()) {
      oldestMs.putIfAbsent(partition, record.timestamp());
    } else if (isMeant) {
      // What a job made of several partitions isn't in the order of their times.
      oldestMs.merge(partition, record.timestamp(), Math::min);
    }
    if (isMeant) {
      for (SinkTable table : new ArrayList<>(probes.keySet())) {
        if (table.takes(record.topic())) {
          try {
            counts.merge(table, probes.get(table).add(fields), Counts::plus);
          } catch (Values.UnreadableException e) {
            giveUp(table, e.getMessage());
          }
        }
      }
    }
    inChunk++;
    if (inChunk >= CHUNK) {
      try {
        flush();
      } catch (SQLException e) {
        throw new UserException("The target database can't be asked: " + e.getMessage(), e);
      }
      progress.accept(records);
    }
  }

  private boolean isMeant(Fields record) {
    switch (answer(record)) {
      case LEFT -> {
        filtered = filtered.withLeft();
        return false;
      }
      case UNTOLD -> filtered = filtered.withUntold(record.place());
      case TAKEN -> {}
    }
    return true;
  }

  /** What can't be read the sink rejects, as it did before. */
  private RecordFilter.Answer answer(Fields record) {
    try {
      return filter.answer(record, converters);
    } catch (Values.UnreadableException e) {
      return RecordFilter.Answer.TAKEN;
    }
  }

  private void flush() throws SQLException {
    inChunk = 0;
    for (SinkTable table : new ArrayList<>(probes.keySet())) {
      try {
        counts.merge(table, probes.get(table).flush(), Counts::plus);
      } catch (SQLException e) {
        connection.rollback();
        giveUp(table, e.getMessage());
      }
    }
  }

  /** One table that can't be asked must not hide what the others would do. */
  private void giveUp(SinkTable table, String why) {
    probes.remove(table);
    counts.remove(table);
    uncountable.put(table.name(), why);
  }
}
