package dev.onceflow.streams.preflight;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What all rules found, and what of it the user accepts.
 *
 * @param findings one for each rule, in the order in which they were checked
 * @param accepted names of the rules whose violation is accepted
 */
public record Report(List<Finding> findings, Set<String> accepted) {
  /**
   * Copies, and checks the names.
   *
   * @throws IllegalArgumentException if a name is no rule's
   */
  public Report {
    findings = List.copyOf(findings);
    accepted = Set.copyOf(accepted);
    Set<String> unknown = new TreeSet<>(accepted);
    findings.forEach(finding -> unknown.remove(finding.rule()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "preflight.accept names no rule with %s; the rules are %s"
              .formatted(
                  String.join(", ", unknown),
                  String.join(", ", findings.stream().map(Finding::rule).sorted().toList())));
    }
  }

  /** The violations that stop a job. */
  public List<Finding> refused() {
    return violated(false);
  }

  /** The violations that were accepted by name. */
  public List<Finding> acceptedViolations() {
    return violated(true);
  }

  /** What could not be told. */
  public List<Finding> notVisible() {
    return findings.stream().filter(f -> f.status() == Finding.Status.NOT_VISIBLE).toList();
  }

  private List<Finding> violated(boolean accepted) {
    return findings.stream()
        .filter(finding -> finding.status() == Finding.Status.VIOLATED)
        .filter(finding -> this.accepted.contains(finding.rule()) == accepted)
        .toList();
  }
}
