package dev.onceflow.cli;

/** What the exit codes of every subcommand mean. */
public final class ExitCode {
  /** Done, and where something was compared, it agrees. */
  public static final int OK = 0;

  /** Done, and the answer is no: what was compared differs, a check failed, nothing was found. */
  public static final int DISAGREES = 1;

  /** Not done, or not to be known: wrong usage, a failure, an unreachable server. */
  public static final int FAILED = 2;

  private ExitCode() {}
}
