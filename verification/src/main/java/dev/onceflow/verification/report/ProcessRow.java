package dev.onceflow.verification.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What a process held over the whole run: does it grow? */
record ProcessRow(String process, Held memory, Held fileHandles, Held state) {
  /** The first reading, the last, and the greatest; each null if there was none. */
  record Held(Long first, Long last, Long most) {
    List<Long> values() {
      return Arrays.asList(first, last, most);
    }
  }

  /** By name. */
  static List<ProcessRow> of(ChaosReport report) {
    Map<String, List<ProcessReading>> byName = new TreeMap<>();
    for (Sample sample : report.samples()) {
      for (ProcessReading reading : sample.processes()) {
        byName.computeIfAbsent(reading.process(), name -> new ArrayList<>()).add(reading);
      }
    }
    List<ProcessRow> rows = new ArrayList<>();
    byName.forEach(
        (name, readings) ->
            rows.add(
                new ProcessRow(
                    name,
                    held(readings, ProcessReading::memoryBytes),
                    held(readings, ProcessReading::fileHandles),
                    held(readings, ProcessReading::stateBytes))));
    return rows;
  }

  private static Held held(List<ProcessReading> readings, Function<ProcessReading, Long> value) {
    List<Long> values = readings.stream().map(value).filter(read -> read != null).toList();
    return values.isEmpty()
        ? new Held(null, null, null)
        : new Held(
            values.get(0),
            values.get(values.size() - 1),
            values.stream().mapToLong(Long::longValue).max().orElseThrow());
  }
}
