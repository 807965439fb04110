package dev.onceflow.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * Drives a task as Connect's WorkerSinkTask does: seeks are carried out before the next poll, after
 * a RetriableException the old batch comes again, paused partitions give nothing.
 */
final class TestingWorker {
  final TestingContext context = new TestingContext();
  final SinkTask task;
  private final Map<TopicPartition, TestingTopic> topics = new HashMap<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final int pollMax;
  private List<SinkRecord> redelivery = List.of();

  /** How many records of one partition a poll gives at most. */
  int partitionMax = Integer.MAX_VALUE;

  TestingWorker(SinkTask task, Map<String, String> config, int pollMax) {
    this.task = task;
    this.pollMax = pollMax;
    task.initialize(context);
    task.start(config);
  }

  /** Assigns partitions; each begins where the consumer group stands. */
  void assign(Map<TestingTopic, Long> groupOffsets) {
    List<TopicPartition> assigned = new ArrayList<>();
    groupOffsets.forEach(
        (topic, offset) -> {
          topics.put(topic.partition, topic);
          positions.put(topic.partition, offset);
          context.assignment.add(topic.partition);
          assigned.add(topic.partition);
        });
    task.open(assigned);
  }

  boolean has(TestingTopic topic) {
    return topics.containsKey(topic.partition);
  }

  void revoke(TestingTopic topic) {
    task.close(List.of(topic.partition));
    topics.remove(topic.partition);
    positions.remove(topic.partition);
    context.assignment.remove(topic.partition);
  }

  /** As Connect does with records of a revoked partition, where no transform has renamed them. */
  void forgetRedelivered(TestingTopic topic) {
    redelivery =
        redelivery.stream()
            .filter(record -> record.kafkaPartition() != topic.partition.partition())
            .toList();
  }

  /**
   * One poll, one put, and one more with nothing as after a poll that gave nothing, which waits for
   * the effects.
   *
   * @return how many records were put, -1 where they, or the put with nothing, will come again
   */
  int step() {
    int put = stepWithoutWaiting();
    if (put > 0) {
      carryOutSeeks();
    }
    return put > 0 && stepWith(List.of()) < 0 ? -1 : put;
  }

  /** One poll and one put; effects may come later. */
  int stepWithoutWaiting() {
    carryOutSeeks();
    return stepWith(redelivery.isEmpty() ? poll() : redelivery);
  }

  /** A poll that gave nothing, and a put with nothing or with what comes again. */
  int stepIdle() {
    carryOutSeeks();
    return stepWith(redelivery);
  }

  /** Connect does this before a poll, so before partitions are revoked and assigned. */
  void carryOutSeeks() {
    context.seeks.forEach(positions::replace);
    context.seeks.clear();
  }

  private int stepWith(List<SinkRecord> batch) {
    try {
      task.put(batch);
      redelivery = List.of();
      return batch.size();
    } catch (RetriableException e) {
      assertNoSeekIsPending();
      redelivery = batch;
      return -1;
    }
  }

  private void assertNoSeekIsPending() {
    if (!context.seeks.isEmpty()) {
      throw new AssertionError("RetriableException with seeks pending: " + context.seeks);
    }
  }

  private List<SinkRecord> poll() {
    List<SinkRecord> batch = new ArrayList<>();
    topics.forEach(
        (partition, topic) -> {
          if (!context.paused.contains(partition) && batch.size() < pollMax) {
            int max = Math.min(partitionMax, pollMax - batch.size());
            List<SinkRecord> read = topic.read(positions.get(partition), max);
            batch.addAll(read);
            if (!read.isEmpty()) {
              positions.put(partition, read.get(read.size() - 1).kafkaOffset() + 1);
            }
          }
        });
    return batch;
  }

  /** Steps until nothing is left to read. */
  void drain() {
    for (int idle = 0; idle < 2; ) {
      int put = step();
      if (put < 0) {
        throw new AssertionError("the database was expected to be there");
      }
      idle = put == 0 && context.seeks.isEmpty() ? idle + 1 : 0;
    }
  }

  /** What Connect would commit to the group now. */
  Map<TopicPartition, Long> commit() {
    Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
    positions.forEach((partition, offset) -> current.put(partition, new OffsetAndMetadata(offset)));
    Map<TopicPartition, Long> committed = new HashMap<>();
    task.preCommit(current)
        .forEach((partition, offset) -> committed.put(partition, offset.offset()));
    return committed;
  }

  /** Puts records once more, as after a crash of Connect without a crash of the task. */
  void put(Collection<SinkRecord> records) {
    task.put(records);
  }
}
