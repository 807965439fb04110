package dev.onceflow.benchmarks.sink;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Both sinks' figures for one case: medians by rate, and the rates of all repetitions.
 *
 * @param repetitions for people
 */
public record Measurement(Figures ours, Figures peers, String repetitions) {
  static Measurement of(List<Figures> ours, List<Figures> peers) {
    return new Measurement(
        median(ours), median(peers), "onceflow " + rates(ours) + ", debezium " + rates(peers));
  }

  private static Figures median(List<Figures> figures) {
    return figures.stream()
        .sorted(Comparator.comparingDouble(Figures::rowsPerSecond))
        .toList()
        .get(figures.size() / 2);
  }

  private static String rates(List<Figures> figures) {
    return figures.stream()
        .map(f -> String.format(Locale.ROOT, "%,.0f", f.rowsPerSecond()))
        .collect(Collectors.joining(" "));
  }

  /** How many times the peer's rate ours is. */
  public double ratio() {
    return ours.rowsPerSecond() / peers.rowsPerSecond();
  }
}
