package dev.onceflow.verification.chaos;

import dev.onceflow.verification.cluster.Mode;

/** Modes by their names, such as {@code at-least-once}. */
final class ModeConverter extends NamedConverter<Mode> {
  /** For picocli. */
  ModeConverter() {
    super(Mode.class);
  }
}
