package dev.onceflow.cli.audit.table;

import dev.onceflow.cli.audit.digest.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Some offsets of a topic's partitions: of records that the sink has set aside. */
final class Offsets {
  private final Map<Integer, Set<Long>> byPartition = new HashMap<>();

  void add(int partition, long offset) {
    byPartition.computeIfAbsent(partition, p -> new HashSet<>()).add(offset);
  }

  boolean contains(Place place) {
    return byPartition.getOrDefault(place.partition(), Set.of()).contains(place.offset());
  }
}
