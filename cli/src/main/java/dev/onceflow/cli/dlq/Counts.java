package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many records there are under each combination of facets. Used by one thread. */
final class Counts {
  private final List<Facet> facets;
  private final Map<List<String>, Group> groups = new LinkedHashMap<>();
  private long open;
  private final Map<String, Long> decided = new TreeMap<>();

  /** What is known of the records of one combination. */
  private static final class Group {
    private long records;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    private void add(Instant failed) {
      records++;
      first = failed.isBefore(first) ? failed : first;
      last = failed.isAfter(last) ? failed : last;
    }
  }

  Counts(List<Facet> facets) {
    this.facets = List.copyOf(facets);
  }

  /** Counts one record. Those that are decided are told as such, and counted in no group. */
  void add(SetAsideRecord record, Optional<Decision> decision) {
    if (decision.isPresent()) {
      decided.merge(decision.get().as().label(), 1L, Long::sum);
      return;
    }
    open++;
    groups
        .computeIfAbsent(facets.stream().map(record::facet).toList(), facet -> new Group())
        .add(record.firstFailed());
  }

  private List<Map.Entry<List<String>, Group>> largestFirst() {
    return groups.entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<List<String>, Group> group) -> -group.getValue().records)
                .thenComparing(group -> group.getKey().toString()))
        .toList();
  }

  String text() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("records"));
    facets.forEach(facet -> head.add(facet.label()));
    head.addAll(List.of("first failed", "last"));
    rows.add(head);
    for (Map.Entry<List<String>, Group> group : largestFirst()) {
      List<String> row = new ArrayList<>(List.of("%,d".formatted(group.getValue().records)));
      row.addAll(group.getKey());
      row.add(group.getValue().first.toString());
      row.add(group.getValue().last.toString());
      rows.add(row);
    }
    String closed =
        decided.isEmpty()
            ? "none was dealt with"
            : decided.entrySet().stream()
                .map(each -> "%,d %s".formatted(each.getValue(), each.getKey()))
                .collect(Collectors.joining(", "));
    return (open == 0 ? "" : Columns.text(rows)) + "%,d open; %s%n".formatted(open, closed);
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("open", open);
    ObjectNode closed = json.putObject("decided");
    decided.forEach(closed::put);
    ArrayNode array = json.putArray("groups");
    for (Map.Entry<List<String>, Group> group : largestFirst()) {
      ObjectNode each = array.addObject().put("records", group.getValue().records);
      for (int i = 0; i < facets.size(); i++) {
        each.put(facets.get(i).label(), group.getKey().get(i));
      }
      each.put("first_failed", group.getValue().first.toString());
      each.put("last_failed", group.getValue().last.toString());
    }
    return json;
  }
}
