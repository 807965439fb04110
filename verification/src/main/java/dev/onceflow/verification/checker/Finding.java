package dev.onceflow.verification.checker;

/**
 * One deviation.
 *
 * @param check which check found it
 * @param place where: a topic, a table, a store, a reader, a process
 * @param subject what deviates, such as an event ID, an account, a partition
 * @param expected what must be there
 * @param found what is there
 * @param coordinates of the record that it hangs on, or empty
 */
public record Finding(
    Check check, String place, String subject, String expected, String found, String coordinates) {
  /** In one line. */
  @Override
  public String toString() {
    return "%s in %s: %s, expected %s, found %s%s"
        .formatted(
            check.text(),
            place,
            subject,
            expected,
            found,
            coordinates.isEmpty() ? "" : " (" + coordinates + ')');
  }
}
