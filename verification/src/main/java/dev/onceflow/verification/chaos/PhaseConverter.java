package dev.onceflow.verification.chaos;

/** Phases by their names. */
final class PhaseConverter extends NamedConverter<Plan.Phase> {
  /** For picocli. */
  PhaseConverter() {
    super(Plan.Phase.class);
  }
}
