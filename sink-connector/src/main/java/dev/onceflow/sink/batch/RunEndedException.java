package dev.onceflow.sink.batch;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** A replay's connector outlived its replay: whoever ended it took its fences away. */
final class RunEndedException extends ConnectException {
  private static final long serialVersionUID = 1L;

  RunEndedException(String run, TopicPartition partition) {
    super(
        "replay %s has no fence for partition %s: it was ended or cancelled, and nothing more is applied. Delete this connector; 'onceflow replay list' says what became of the replay"
            .formatted(run, partition));
  }

  RunEndedException(String run) {
    super(
        "replay %s is not in onceflow.replays any more, or it is over; nothing more is applied. Delete this connector; 'onceflow replay list' says what became of the replay"
            .formatted(run));
  }
}
