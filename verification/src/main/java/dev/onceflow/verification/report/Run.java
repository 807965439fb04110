package dev.onceflow.verification.report;

import java.util.Map;

/**
 * What was run, where, and how to run it again.
 *
 * @param title what the run is called, such as {@code full run, isolated}
 * @param seed where the schedule and the load come from
 * @param options the options by name, as they held, given or not
 * @param versions what ran, by name: onceflow (with the commit), kafka, postgresql, java ...
 * @param machine what it ran on, by name: processors, memory, operating system ...
 * @param command the command that repeats it
 */
public record Run(
    String title,
    long seed,
    Map<String, String> options,
    Map<String, String> versions,
    Map<String, String> machine,
    String command) {
  /** Missing maps are empty. */
  public Run {
    options = Copies.of(options);
    versions = Copies.of(versions);
    machine = Copies.of(machine);
  }
}
