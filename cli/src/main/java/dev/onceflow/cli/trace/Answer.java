package dev.onceflow.cli.trace;

import dev.onceflow.cli.ExitCode;
import java.util.Locale;

/** What a search came to. */
enum Answer {
  /** Some place knows the event. */
  FOUND(ExitCode.OK),
  /** Every record that was ever in the input is there and was read; the event is not among them. */
  NOT_FOUND(ExitCode.DISAGREES),
  /** Not among what was read; there is more that was not read, or is gone. */
  OUT_OF_SIGHT(ExitCode.FAILED);

  private final int exitCode;

  Answer(int exitCode) {
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  /** For people and programs. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
