package dev.onceflow.streams.preflight;

/**
 * What one rule found.
 *
 * @param rule the rule's name, stable: what {@code preflight.accept} takes
 * @param status whether it holds
 * @param set what is set, or why it can't be seen
 * @param needed what is needed
 * @param why what goes wrong without it
 * @param remedy the setting or the command that mends it; empty where nothing has to be mended
 */
public record Finding(
    String rule, Status status, String set, String needed, String why, String remedy) {
  /** Whether a rule holds. */
  public enum Status {
    /** It holds. */
    HELD,
    /** It does not hold: the guarantee is weakened, or the job can't do its work. */
    VIOLATED,
    /** It can't be told from here: no rights, or a service that doesn't say. */
    NOT_VISIBLE
  }

  /** A rule before it is checked: what it needs, and why. */
  record Rule(String name, String needed, String why) {
    Finding held(String set) {
      return new Finding(name, Status.HELD, set, needed, why, "");
    }

    Finding violated(String set, String remedy) {
      return new Finding(name, Status.VIOLATED, set, needed, why, remedy);
    }

    Finding notVisible(String reason) {
      return new Finding(name, Status.NOT_VISIBLE, reason, needed, why, "");
    }
  }

  /** One line for people: what is set, what is needed, what mends it. */
  public String sentence() {
    return switch (status) {
      case HELD -> rule + ": " + set;
      case NOT_VISIBLE -> rule + ": " + set + "; needed: " + needed;
      case VIOLATED -> rule + ": " + set + "; needed: " + needed + ". " + remedy;
    };
  }
}
