package dev.onceflow.sink;

import dev.onceflow.sink.fence.KafkaTroubleException;
import dev.onceflow.sink.fence.LogState;
import dev.onceflow.sink.fence.TopicLog;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;

/** A log that begins where the test says. */
final class TestingLog implements TopicLog {
  long start;
  int failures;

  @Override
  public Map<TopicPartition, LogState> describe(Collection<TopicPartition> partitions) {
    Map<TopicPartition, LogState> all = new HashMap<>();
    partitions.forEach(
        p -> all.put(p, new LogState(new UUID(1, 1), start, 1000, Optional.empty())));
    return all;
  }

  @Override
  public Future<Map<TopicPartition, Long>> startOffsets(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> all = new HashMap<>();
    partitions.forEach(partition -> all.put(partition, start));
    return CompletableFuture.completedFuture(all);
  }

  @Override
  public <T> T await(Future<T> answer) {
    if (failures-- > 0) {
      throw new KafkaTroubleException(new TimeoutException("no broker answers"));
    }
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public OptionalLong keptMs(String topic) {
    return OptionalLong.empty();
  }

  @Override
  public void close() {}
}
