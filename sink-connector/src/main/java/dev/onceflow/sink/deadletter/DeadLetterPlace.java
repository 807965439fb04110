package dev.onceflow.sink.deadletter;

/** Where records that can't be stored go. */
public enum DeadLetterPlace {
  /** To Connect's dead letter queue; where there is none, the task stops. */
  QUEUE,
  /** To the target database; Connect isn't told. */
  TABLE,
  /** To both. */
  QUEUE_AND_TABLE;

  /** Whether Connect is told, if it wants to be. */
  public boolean hasQueue() {
    return this != TABLE;
  }

  /** Whether the target database keeps them. */
  public boolean hasTable() {
    return this != QUEUE;
  }
}
