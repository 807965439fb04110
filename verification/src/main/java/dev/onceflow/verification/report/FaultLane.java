package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The faults of a group, in as many rows as are needed so that none covers another.
 *
 * @param group the group
 * @param rows each with its faults in the order of time
 */
record FaultLane(String group, List<List<Fault>> rows) {
  /** What the groups of the list of faults are called; others are called what they are. */
  private static final Map<String, String> TITLES =
      Map.of(
          "A",
          "A process",
          "B",
          "B broker",
          "C",
          "C wire",
          "D",
          "D group",
          "E",
          "E data",
          "F",
          "F sink, replay");

  /**
   * Lays faults out.
   *
   * @param faults those to be shown
   * @param gapSeconds what must be free behind a fault in its row: room for its label
   */
  static List<FaultLane> of(RunTime time, List<Fault> faults, double gapSeconds) {
    Map<String, List<Fault>> byGroup = new TreeMap<>();
    for (Fault fault : faults) {
      byGroup.computeIfAbsent(fault.group(), group -> new ArrayList<>()).add(fault);
    }
    List<FaultLane> lanes = new ArrayList<>();
    byGroup.forEach((group, some) -> lanes.add(new FaultLane(group, rows(time, some, gapSeconds))));
    return lanes;
  }

  static String title(String group) {
    return TITLES.getOrDefault(group, group);
  }

  String title() {
    return title(group);
  }

  /** Where a fault and its recovery are over, on the axis. */
  static double over(RunTime time, Fault fault) {
    double ended = time.ended(fault);
    return fault.bitten() ? Math.max(ended, time.recovered(fault)) : ended;
  }

  private static List<List<Fault>> rows(RunTime time, List<Fault> faults, double gapSeconds) {
    List<List<Fault>> rows = new ArrayList<>();
    List<Double> free = new ArrayList<>();
    List<Fault> inOrder = new ArrayList<>(faults);
    inOrder.sort(Comparator.comparingDouble(time::struck));
    for (Fault fault : inOrder) {
      int row = 0;
      while (row < rows.size() && free.get(row) > time.struck(fault)) {
        row++;
      }
      if (row == rows.size()) {
        rows.add(new ArrayList<>());
        free.add(0.0);
      }
      rows.get(row).add(fault);
      free.set(row, over(time, fault) + gapSeconds);
    }
    return rows;
  }
}
