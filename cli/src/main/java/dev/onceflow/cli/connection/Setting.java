package dev.onceflow.cli.connection;

/**
 * The value of a connection setting, and where it comes from.
 *
 * @param key its name in a profile
 * @param value what it is; may be a secret
 * @param shown the value as people may see it
 * @param source what kind of place it comes from
 * @param place where exactly: an option, a variable, a file and its profile
 */
public record Setting(String key, String value, String shown, Source source, String place) {
  /** Where values come from, the weakest first. */
  public enum Source {
    /** The environment of PostgreSQL's own tools: PGUSER, PGPASSWORD. */
    LIBPQ,
    /** A named profile of a file. */
    PROFILE,
    /** An environment variable. */
    ENVIRONMENT,
    /** An option of the command line, or a file that one names. */
    FLAG
  }

  static Setting of(String key, String value, Source source, String place) {
    Key known = Keys.ALL.get(key);
    // What --kafka-config names and nobody knows may be anything, a secret too.
    String shown = known == null ? new Key(key, true).shown(value) : known.shown(value);
    return new Setting(key, value, shown, source, place);
  }

  /** Without the value, which may be a secret. */
  @Override
  public String toString() {
    return "%s=%s from %s".formatted(key, shown, place);
  }
}
