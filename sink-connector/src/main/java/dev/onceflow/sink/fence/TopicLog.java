package dev.onceflow.sink.fence;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;

/** What Kafka says of topics, which a sink task can't see through Connect. */
public interface TopicLog extends AutoCloseable {
  /**
   * The logs as they are now.
   *
   * @throws KafkaTroubleException where Kafka can't answer now
   * @throws org.apache.kafka.connect.errors.ConnectException where it refuses to
   */
  Map<TopicPartition, LogState> describe(Collection<TopicPartition> partitions);

  /** The first offsets that retention has left, asked for now; {@link #await} gives the answer. */
  Future<Map<TopicPartition, Long>> startOffsets(Collection<TopicPartition> partitions);

  /**
   * Waits for an answer.
   *
   * @throws KafkaTroubleException where Kafka can't answer now
   * @throws org.apache.kafka.connect.errors.ConnectException where it refuses to
   */
  <T> T await(Future<T> answer);

  /**
   * How long a topic may keep a record, in milliseconds; empty for ever. Records go by whole
   * segments, once the newest of one is older than {@code retention.ms}: so the oldest may be older
   * by {@code segment.ms}, and by an hour until the brokers look.
   *
   * @throws KafkaTroubleException where Kafka can't answer now
   * @throws org.apache.kafka.connect.errors.ConnectException where it refuses to
   */
  OptionalLong keptMs(String topic);

  @Override
  void close();
}
