package dev.onceflow.verification.history;

import dev.onceflow.verification.checker.LogEnds;
import dev.onceflow.verification.checker.OpenTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * What the brokers say of a run that is over: where each log ends for whom, which transactions are
 * open, what a group has committed. Internal topics count, too: offsets are part of transactions.
 */
public final class RecordedLogs {
  private static final long ANSWER_LIMIT_SECONDS = 60;
  private static final long LOOK_AGAIN_MS = 500;
  private static final Set<TransactionState> CLOSED =
      Set.of(
          TransactionState.EMPTY,
          TransactionState.COMPLETE_COMMIT,
          TransactionState.COMPLETE_ABORT);

  private final List<LogEnds> ends;
  private final List<OpenTransaction> open;
  private final Map<String, Long> committed;

  private RecordedLogs(
      List<LogEnds> ends, List<OpenTransaction> open, Map<String, Long> committed) {
    this.ends = ends;
    this.open = open;
    this.committed = committed;
  }

  /**
   * Looks, and looks again while something is open: a commit takes a moment until all its markers
   * are written. What is open after {@code limit} is open.
   *
   * @param group whose committed offsets are asked for
   */
  public static RecordedLogs of(Admin admin, String group, Duration limit)
      throws InterruptedException {
    long untilNs = System.nanoTime() + limit.toNanos();
    while (true) {
      RecordedLogs logs = new RecordedLogs(ends(admin), open(admin), committed(admin, group));
      if (logs.isAtRest() || System.nanoTime() > untilNs) {
        return logs;
      }
      Thread.sleep(LOOK_AGAIN_MS);
    }
  }

  private boolean isAtRest() {
    return open.isEmpty()
        && ends.stream()
            .allMatch(
                each -> each.lastStable() == each.highWatermark() && each.openTransactions() == 0);
  }

  /** How far each partition reaches. */
  public List<LogEnds> ends() {
    return List.copyOf(ends);
  }

  /** Transactions that coordinators list as open. */
  public List<OpenTransaction> openTransactions() {
    return List.copyOf(open);
  }

  /** What the group has committed, by {@code topic-partition}. */
  public Map<String, Long> committed() {
    return Map.copyOf(committed);
  }

  private static List<LogEnds> ends(Admin admin) {
    Collection<String> topics =
        answer(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
    List<TopicPartition> partitions = new ArrayList<>();
    answer(admin.describeTopics(topics).allTopicNames())
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(each -> partitions.add(new TopicPartition(topic, each.partition()))));
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(each -> latest.put(each, OffsetSpec.latest()));
    var stable =
        answer(
            admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all());
    var high =
        answer(
            admin
                .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .all());
    var producers = answer(admin.describeProducers(partitions).all());
    List<LogEnds> ends = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      long openHere =
          producers.get(partition).activeProducers().stream()
              .filter(each -> each.currentTransactionStartOffset().isPresent())
              .count();
      ends.add(
          new LogEnds(
              partition.toString(),
              stable.get(partition).offset(),
              high.get(partition).offset(),
              (int) openHere));
    }
    return ends;
  }

  private static List<OpenTransaction> open(Admin admin) {
    return answer(admin.listTransactions().all()).stream()
        .filter(each -> !CLOSED.contains(each.state()))
        .map(RecordedLogs::open)
        .toList();
  }

  private static OpenTransaction open(TransactionListing listing) {
    return new OpenTransaction(
        listing.transactionalId(), listing.producerId(), listing.state().toString());
  }

  private static Map<String, Long> committed(Admin admin, String group) {
    Map<String, Long> committed = new HashMap<>();
    answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                committed.put(partition.toString(), offset.offset());
              }
            });
    return committed;
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The brokers don't answer", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("The brokers don't answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the brokers were asked", e);
    }
  }
}
