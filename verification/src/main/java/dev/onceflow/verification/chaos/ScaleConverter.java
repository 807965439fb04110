package dev.onceflow.verification.chaos;

/** Scales by their names. */
final class ScaleConverter extends NamedConverter<Scale> {
  /** For picocli. */
  ScaleConverter() {
    super(Scale.class);
  }
}
