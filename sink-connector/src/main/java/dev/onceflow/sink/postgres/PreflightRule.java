package dev.onceflow.sink.postgres;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a database must be for effects and fence to stand or fall together, whatever crashes. The
 * names are stable: {@code preflight.accept} takes them.
 */
public enum PreflightRule {
  /** Commits reach the disk in their order. */
  FSYNC(
      "fsync",
      "on",
      "without it a crash of the machine may keep the fence and lose the effects, or damage both",
      "set fsync = on for the server and reload it"),
  /** A page that was written half can be put together again. */
  FULL_PAGE_WRITES(
      "full_page_writes",
      "on",
      "without it a page that a crash cut in half stays so, under rows that were committed",
      "set full_page_writes = on for the server and reload it; where its storage never writes half a"
          + " page, accept it"),
  /** Tables are as old as their fences after a crash. */
  LOGGED_TABLES(
      "tables.logged",
      "permanent tables",
      "a crash of the server empties an unlogged table and leaves the fence as it was",
      "ALTER TABLE ... SET LOGGED"),
  /** Tables and fences are of one database transaction. */
  LOCAL_TABLES(
      "tables.local",
      "tables of this database",
      "another server commits by itself, just before this one does or fails to",
      "let the sink write to the other server itself, or to a table of this database");

  private final String ruleName;
  private final String needed;
  private final String why;
  private final String remedy;

  PreflightRule(String ruleName, String needed, String why, String remedy) {
    this.ruleName = ruleName;
    this.needed = needed;
    this.why = why;
    this.remedy = remedy;
  }

  /** The rule of that name. */
  public static Optional<PreflightRule> named(String name) {
    return Arrays.stream(values()).filter(rule -> rule.ruleName.equals(name)).findFirst();
  }

  /** What {@code preflight.accept} calls it; of a setting, the setting's name. */
  public String ruleName() {
    return ruleName;
  }

  /** The value that is needed. */
  String needed() {
    return needed;
  }

  /** What is said of a violation: what is set, what is needed, why, and what mends it. */
  String violatedBy(String found) {
    return "%s: %s; needed: %s, since %s. Remedy: %s"
        .formatted(ruleName, found, needed, why, remedy);
  }
}
