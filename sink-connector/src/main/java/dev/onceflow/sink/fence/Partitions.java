package dev.onceflow.sink.fence;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/** The partitions that are assigned to the task now. Not thread-safe. */
public final class Partitions {
  /** The order in which fences are locked, everywhere, so that two tasks can't deadlock. */
  public static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  private final NavigableMap<TopicPartition, OpenPartition> open = new TreeMap<>(ORDER);
  private OpenPartition lastFound;

  /** Adds newly assigned partitions; what is known of the others stays. */
  public void open(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> open.put(partition, new OpenPartition(partition)));
    lastFound = null;
  }

  /** Forgets partitions. */
  public void close(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      OpenPartition closed = open.remove(partition);
      if (closed != null) {
        closed.closed();
      }
    }
    lastFound = null;
  }

  /**
   * The open partition, or null where it isn't assigned. Records come in runs: one look-up a run.
   */
  public OpenPartition find(String topic, int partition) {
    if (lastFound != null
        && lastFound.partition().partition() == partition
        && lastFound.partition().topic().equals(topic)) {
      return lastFound;
    }
    lastFound = open.get(new TopicPartition(topic, partition));
    return lastFound;
  }

  /** The ID of the topic that an open partition is of; empty where it isn't known. */
  public String incarnation(TopicPartition partition) {
    OpenPartition found = open.get(partition);
    return found == null ? "" : found.topicId().map(UUID::toString).orElse("");
  }

  /** Those in a state, in {@link #ORDER}. */
  public List<OpenPartition> in(OpenPartition.State state) {
    return open.values().stream().filter(partition -> partition.state() == state).toList();
  }

  /** All of them, in {@link #ORDER}. */
  public Collection<OpenPartition> all() {
    return open.values();
  }
}
