package dev.onceflow.verification.nemesis;

import java.time.Instant;

/** A fault that has struck and goes on until it is ended. One thread. */
public interface Struck extends AutoCloseable {
  /** Who or what it struck, such as {@code job-2}. */
  String victim();

  /** When it struck. */
  Instant startedAt();

  /** What it was observed to do so far; asked again until it has bitten. */
  Bite bite();

  /**
   * Whether what it struck is back, in ways that the flow of records doesn't show: asked after the
   * end, again and again.
   */
  boolean recovered();

  /** Ends the fault: what was held down may come back. Idempotent. */
  void end();

  @Override
  default void close() {
    end();
  }
}
