package dev.onceflow.streams.runtime;

/**
 * What one preflight rule found.
 *
 * @param rule the rule's name, stable
 * @param status whether it holds
 * @param detail the setting, its value and the value needed
 */
public record Finding(String rule, Status status, String detail) {
  /** Whether a rule holds. */
  public enum Status {
    /** It holds. */
    HELD,
    /** It does not hold: the guarantee is weakened. */
    VIOLATED,
    /** It can't be told from here: no rights, or a service that doesn't say. */
    NOT_VISIBLE
  }

  static Finding held(String rule, String detail) {
    return new Finding(rule, Status.HELD, detail);
  }

  static Finding violated(String rule, String detail) {
    return new Finding(rule, Status.VIOLATED, detail);
  }

  static Finding notVisible(String rule, String detail) {
    return new Finding(rule, Status.NOT_VISIBLE, detail);
  }
}
