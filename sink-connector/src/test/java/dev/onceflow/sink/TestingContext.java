package dev.onceflow.sink;

import dev.onceflow.sink.deadletter.RejectedRecordException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Keeps what a task asks of Connect. */
final class TestingContext implements SinkTaskContext {
  final Map<TopicPartition, Long> seeks = new HashMap<>();
  final Set<TopicPartition> assignment = new HashSet<>();
  final Set<TopicPartition> paused = new HashSet<>();
  final List<SinkRecord> deadLetters = new ArrayList<>();
  final List<Throwable> deadLetterReasons = new ArrayList<>();
  boolean hasDeadLetterQueue;
  long timeoutMs;

  /** What is looked at whenever the sink waits until the queue has a record. */
  Runnable whenQueueIsAwaited = () -> {};

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    offsets.forEach(this::offset);
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    seeks.put(partition, offset);
  }

  @Override
  public void timeout(long waitMs) {
    timeoutMs = waitMs;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return assignment;
  }

  @Override
  public void pause(TopicPartition... partitions) {
    paused.addAll(List.of(partitions));
  }

  @Override
  public void resume(TopicPartition... partitions) {
    paused.removeAll(Set.of(partitions));
  }

  @Override
  public void requestCommit() {}

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return !hasDeadLetterQueue
        ? null
        : (record, error) -> {
          deadLetters.add(record);
          deadLetterReasons.add(
              error instanceof RejectedRecordException rejected
                  ? new IllegalStateException(rejected.sentence(), rejected)
                  : error);
          return new FutureTask<>(() -> {}, null) {
            @Override
            public Void get() {
              whenQueueIsAwaited.run();
              return null;
            }
          };
        };
  }

  @Override
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException("older workers don't have it");
  }
}
