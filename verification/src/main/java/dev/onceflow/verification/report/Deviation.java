package dev.onceflow.verification.report;

/**
 * One thing that isn't as it must be.
 *
 * @param subject what it is about: an event ID, an account, a partition ...
 * @param expected what should stand
 * @param found what stands
 * @param coordinates where: topic-partition@offset, table and key ...
 */
public record Deviation(String subject, String expected, String found, String coordinates) {
  /** In a line. */
  public String inWords() {
    return "%s (%s): expected %s, found %s".formatted(subject, coordinates, expected, found);
  }
}
