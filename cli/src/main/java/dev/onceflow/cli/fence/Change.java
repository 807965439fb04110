package dev.onceflow.cli.fence;

import java.util.Optional;
import java.util.UUID;

/** What is to become of one fence. Each kind raises the epoch, or takes the row away. */
sealed interface Change {
  /**
   * Go on from another place; the row is made where there is none. The last record's fingerprint is
   * forgotten, for the record before the new place is another one.
   *
   * @param topicId the topic's; empty to leave what is noted
   */
  record MoveTo(long offset, Optional<UUID> topicId) implements Change {}

  /** Nothing but a new epoch: no owner up to now may write. */
  record Release() implements Change {}

  /** No fence any more. */
  record Delete() implements Change {}
}
