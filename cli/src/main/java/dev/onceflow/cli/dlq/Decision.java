package dev.onceflow.cli.dlq;

import java.util.Locale;

/**
 * What was decided about a record that was set aside, by whom, when and why.
 *
 * @param as what
 * @param by {@code user@host}
 * @param at when, ISO 8601
 * @param reason for those who read it later
 */
record Decision(As as, String by, String at, String reason) {
  /** What may be decided. */
  enum As {
    /** Sent to the input again. */
    REDRIVEN,
    /** Sent to the input again with another key, value or headers. */
    IMPORTED,
    /** Sent to the input again with the word that it was not seen. */
    RELEASED_AS_NEW,
    /** It was seen: nothing is sent. */
    RELEASED_AS_DUPLICATE,
    /** It is given up: nothing is sent. */
    PURGED,
    /** The same record was set aside twice, and the other one was sent: nothing is sent. */
    REPEATED;

    /** Whether a copy went to the input. */
    boolean isSent() {
      return this == REDRIVEN || this == IMPORTED || this == RELEASED_AS_NEW;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static As ofLabel(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
