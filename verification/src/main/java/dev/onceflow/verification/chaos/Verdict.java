package dev.onceflow.verification.chaos;

import dev.onceflow.cli.ExitCode;

/** What a run comes to. */
enum Verdict {
  /** Every effect exactly once, and every fault bit. */
  VALID(ExitCode.OK),

  /** Something was lost, came twice, or did not recover. */
  INVALID(ExitCode.DISAGREES),

  /** Nothing wrong was found, but a fault did not bite or something could not be read. */
  UNKNOWN(ExitCode.FAILED);

  private final int exitCode;

  Verdict(int exitCode) {
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
