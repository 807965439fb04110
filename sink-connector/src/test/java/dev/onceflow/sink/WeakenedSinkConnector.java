package dev.onceflow.sink;

import org.apache.kafka.connect.connector.Task;

/**
 * The control: the same connector without fence and dedupe, going on where the consumer group
 * stands. Never ships. A check of exactly-once effects that passes with this one checks nothing.
 */
public final class WeakenedSinkConnector extends OnceflowSinkConnector {
  /** For Connect. */
  public WeakenedSinkConnector() {}

  @Override
  public Class<? extends Task> taskClass() {
    return WeakenedSinkTask.class;
  }
}
