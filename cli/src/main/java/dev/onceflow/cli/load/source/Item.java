package dev.onceflow.cli.load.source;

import dev.onceflow.schemas.event.PaymentEvent;

/** What became of one line of a source. */
public sealed interface Item {
  /** Where it stands in its source, from 1: for a file, the line as an editor shows it. */
  long line();

  /**
   * A payment event, ready to send.
   *
   * @param line where it stands
   * @param event the event, with all required fields
   */
  record Payment(long line, PaymentEvent event) implements Item {}

  /**
   * A line that can't be a payment event.
   *
   * @param line where it stands
   * @param column the column, or the field of the event, that is wrong; empty where the whole line
   *     is
   * @param reason why, to count by
   * @param detail why, with the value and what was expected
   * @param raw the whole line as it stands in the source
   */
  record Refused(long line, String column, Reason reason, String detail, String raw)
      implements Item {}

  /**
   * A payment event whose bytes are to be damaged on the way, so that nobody can read them. Only
   * generated sources have these.
   *
   * @param line where it stands
   * @param event the event before it is damaged
   * @param damage what is done to its bytes
   */
  record Damaged(long line, PaymentEvent event, Damage damage) implements Item {}
}
