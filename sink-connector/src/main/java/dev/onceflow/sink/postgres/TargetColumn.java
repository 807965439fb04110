package dev.onceflow.sink.postgres;

import java.util.Optional;

/**
 * A column of a target table, as its catalogue describes it. It takes values in its type's binary
 * form where the sink knows that form, else as text; the stage's column and the effect's SELECT
 * list follow from {@link #stagedAs} and {@link #fromStage}.
 *
 * @param valueType what its values are, a domain's base type included
 * @param declared the type as SQL writes it, with length, or precision and scale
 * @param notNull whether NULL is refused
 * @param exactCollation whether equal means equal byte for byte
 */
public record TargetColumn(
    String name, TargetType valueType, String declared, boolean notNull, boolean exactCollation) {

  /** Which of the types with a form of their own it has; empty where it is written as text. */
  public Optional<ColumnType> type() {
    return valueType.type();
  }

  /** Whether it is a text, a varchar or a char(n). */
  public boolean isText() {
    return type()
        .filter(t -> t == ColumnType.TEXT || t == ColumnType.VARCHAR || t == ColumnType.BPCHAR)
        .isPresent();
  }

  /** Whether rows for the stage could be copied into the target as they are. */
  public boolean isStagedInItsOwnForm() {
    return valueType.isBinary();
  }

  /** The type of its column in the stage. */
  public String stagedAs() {
    // Not the domain itself: what breaks its rules then breaks the effect and not the COPY.
    return valueType.isBinary() ? valueType.declared() : "text";
  }

  /**
   * The value in the target's type, as an expression over the stage.
   *
   * @param quotedColumn the stage's column, quoted, with or without an alias in front
   */
  public String fromStage(String quotedColumn) {
    return valueType.isBinary() ? quotedColumn : quotedColumn + "::" + declared;
  }
}
