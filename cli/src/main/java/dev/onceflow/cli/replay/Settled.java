package dev.onceflow.cli.replay;

import dev.onceflow.cli.ExitCode;
import java.util.Locale;

/** Whether applying a range once more would change nothing, as far as it was counted. */
enum Settled {
  /** Each effect of what was counted is there. */
  YES(ExitCode.OK),
  /** Some effects are missing. */
  NO(ExitCode.DISAGREES),
  /** None is known to be missing, but not everything could be counted. */
  UNKNOWN(ExitCode.FAILED);

  private final int exitCode;

  Settled(int exitCode) {
    this.exitCode = exitCode;
  }

  /** Of two answers the worse one. */
  Settled and(Settled other) {
    return this == NO || other == YES ? this : other;
  }

  int exitCode() {
    return exitCode;
  }

  /** As a report has it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Settled of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
