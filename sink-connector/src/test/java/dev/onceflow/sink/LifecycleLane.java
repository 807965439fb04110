package dev.onceflow.sink;

import dev.onceflow.sink.LifecycleSchedules.Move;
import java.util.ArrayList;
import java.util.List;

/** One partition with gaps, and what befalls it. */
final class LifecycleLane {
  private static final int RECORDS = 5;

  final TestingTopic topic;
  final List<Move> moves;

  /** Whether Connect drops what it would hand out again when the partition is revoked. */
  final boolean forgetsRedelivered;

  /** Whether another task has claimed it and nobody has told this one. */
  boolean isTaken;

  /** The highest fence that the database ever had. */
  long furthest;

  /** What was told to the group last. */
  long group;

  LifecycleLane(String topic, int partition, List<Move> moves, boolean forgetsRedelivered) {
    this.topic = new TestingTopic(topic, partition);
    this.moves = moves;
    this.forgetsRedelivered = forgetsRedelivered;
    for (int i = 0; i < RECORDS; i++) {
      this.topic.append(
          "k",
          TestingTables.row("id", partition + "-" + i, "lane", partition, "at", this.topic.end()));
      this.topic.gap(i % 2);
    }
  }

  /** What must be in the table where the fence is there: each record below it, once. */
  String applied(long fence) {
    List<String> offsets = new ArrayList<>();
    topic.records.headMap(fence).keySet().forEach(offset -> offsets.add(offset.toString()));
    return String.join(" ", offsets);
  }

  long end() {
    return topic.records.lastKey() + 1;
  }
}
