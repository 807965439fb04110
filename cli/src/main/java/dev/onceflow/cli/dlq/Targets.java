package dev.onceflow.cli.dlq;

import dev.onceflow.streams.route.Coordinates;
import java.util.Optional;

/** The inputs that copies go to, as Kafka has them. */
interface Targets {
  /** Why nothing can be sent there; empty where it can. */
  Optional<String> refusal(Coordinates origin);

  /**
   * A record that was left out for its size, or that a table keeps in a form of its own, from where
   * it was read; empty if it is gone.
   */
  Optional<Resend.Content> original(SetAsideRecord record);
}
