package dev.onceflow.cli.replay;

import java.util.Locale;

/**
 * Where a replay stands.
 *
 * <pre>
 * REPROCESSING (of a reprocess only)
 *    │
 *    ▼
 * PLANNING ──► RUNNING ◄──► PAUSED
 *    │            │            │
 *    ▼            ▼            ▼
 * REFUSED       DONE       CANCELLED (from any that isn't over)
 * </pre>
 */
enum ReplayState {
  /** Its fences hold the memory; a second run of the job makes what it will apply. */
  REPROCESSING,
  /** Its fences hold the memory; what it would do is being counted. */
  PLANNING,
  /** Its connector may work. */
  RUNNING,
  /** Its connector takes nothing. */
  PAUSED,
  /** Everything up to its end was applied or rejected; its fences are gone. */
  DONE,
  /** Its plan was refused; it has had no effect, and its fences are gone. */
  REFUSED,
  /** It ended before its end; its fences are gone. */
  CANCELLED;

  boolean isOver() {
    return this == DONE || this == REFUSED || this == CANCELLED;
  }

  /** As the table has it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ReplayState of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
