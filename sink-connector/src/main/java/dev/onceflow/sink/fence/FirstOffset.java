package dev.onceflow.sink.fence;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Where a partition that has no fence row begins, or why nobody but a person can say. */
public sealed interface FirstOffset {
  /** There. */
  record At(long offset) implements FirstOffset {}

  /** It can't be said. */
  record Unknown(String reason) implements FirstOffset {}

  /**
   * Decides by {@code fence.initial}. A missing row never means the group's offset in silence: the
   * database may have been emptied, or restored to before this sink began.
   *
   * @param log what Kafka says; empty with topic.identity=unchecked
   * @param hadRow whether this task itself has claimed the row that is missing now
   */
  static FirstOffset of(
      InitialOffset initial, TopicPartition partition, Optional<LogState> log, boolean hadRow) {
    if (initial instanceof InitialOffset.Explicit explicit) {
      Long offset = explicit.offsets().get(partition);
      return offset == null
          ? new Unknown("fence.initial gives no offset for it")
          : hadRow ? vanished() : new At(offset);
    }
    long earliest = log.map(LogState::startOffset).orElse(0L);
    Optional<LogState.GroupOffset> group = log.flatMap(LogState::group);
    boolean hasRun = hadRow || group.filter(LogState.GroupOffset::isOurs).isPresent();
    return switch ((InitialOffset.Policy) initial) {
      case EARLIEST -> new At(earliest);
      case LATEST -> hasRun ? vanished() : new At(log.orElseThrow().endOffset());
      case GROUP ->
          hasRun
              ? vanished()
              : group
                  .<FirstOffset>map(commit -> new At(commit.offset()))
                  .orElseGet(
                      () ->
                          new Unknown(
                              "fence.initial=group, but the consumer group has no commit for it"));
      case NOT_GIVEN -> {
        if (hasRun) {
          yield vanished();
        }
        yield group.isEmpty()
            ? new At(earliest)
            : new Unknown(
                "its consumer group has committed offset "
                    + group.get().offset()
                    + " already: say with fence.initial where to begin, group to go on where another"
                    + " sink has stopped, earliest to apply all that the topic holds");
      }
    };
  }

  private static Unknown vanished() {
    return new Unknown(
        "this sink has applied records of it before, but the database has no fence for it: was the"
            + " database emptied, or restored to before that? With fence.initial=earliest all that"
            + " the topic holds is applied (again); onceflow fence set says another offset");
  }
}
