package dev.onceflow.sink;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The control: at most once. Offsets are committed when records have come, and their effects made
 * afterwards, without fence and dedupe. Never ships.
 */
public final class WeakenedOffsetsSinkConnector extends OnceflowSinkConnector {
  /** For Connect. */
  public WeakenedOffsetsSinkConnector() {}

  @Override
  public Class<? extends Task> taskClass() {
    return CommitsFirst.class;
  }

  /**
   * Takes records when their offsets have been committed: between two calls of put, Connect commits
   * what was asked for. A crash in between loses them; a rebalance doesn't.
   */
  public static final class CommitsFirst extends OnceflowSinkTask {
    private final List<SinkRecord> promised = new ArrayList<>();

    /** For Connect. */
    public CommitsFirst() {
      super(new WeakenedGuarantee(), InstantSource.system());
    }

    @Override
    public void put(Collection<SinkRecord> records) {
      // Trouble may throw here, and Connect hands out the same records again: not added twice then.
      super.put(List.copyOf(promised));
      promised.clear();
      promised.addAll(records);
      context.requestCommit();
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(
        Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
      return currentOffsets;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
      // Their offsets are committed already: nobody gets them again.
      super.put(List.copyOf(promised));
      promised.clear();
      super.put(List.of());
      super.close(partitions);
    }
  }
}
