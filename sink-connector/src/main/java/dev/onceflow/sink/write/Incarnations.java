package dev.onceflow.sink.write;

import org.apache.kafka.common.TopicPartition;

/** Tells a topic from another of the same name that was there before. */
@FunctionalInterface
public interface Incarnations {
  /** Where nobody can tell them apart. */
  Incarnations UNKNOWN = partition -> "";

  /** A text that is another for each topic that had that name; empty where it isn't known. */
  String of(TopicPartition partition);
}
