package dev.onceflow.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a filter must not be used for: where the sink may decide otherwise than the plan has
 * counted, and where a row would be made of some of its records and not of others. Pure.
 */
record FilterJudgement(LiveSink sink, RecordFilter filter, boolean sampled) {
  /** Why the filter must not be used on the ranges; empty if it may. */
  List<String> refusals(List<Range> ranges, Counting.Result counted) {
    List<String> refusals = new ArrayList<>();
    if (filter.isAll()) {
      return refusals;
    }
    sink.transforms()
        .ifPresent(
            names ->
                refusals.add(
                    "The connector has transforms (%s): what they leave of keys, headers and values, which the filter asks for, can't be told from here. Replay without --key and --only."
                        .formatted(names)));
    if (filter.asksFor("field") && !sink.recordFormat().equals("plain")) {
      refusals.add(
          "The connector reads record.format=%s: what of a value is a field there can't be told from here. Ask by --key or header."
              .formatted(sink.recordFormat()));
    }
    refuseUntold(refusals, counted.filtered());
    ReapplyCommand.tables(sink, ranges)
        .forEach((name, table) -> refuseRowsInParts(refusals, table));
    if (!sampled && counted.records() > 0 && counted.filtered().left() == counted.records()) {
      refusals.add(
          filter.inputs().isAny()
              ? "No record of the range meets the filter (%s): is it written as in the topic, letter by letter?"
                  .formatted(filter.text())
              : "The job wrote nothing that meets the filter (%s): what it made of the range was rejected, a duplicate, or set aside, say."
                  .formatted(filter.text()));
    }
    return refusals;
  }

  private void refuseUntold(List<String> refusals, Counting.Filtered filtered) {
    if (filtered.untold() > 0) {
      refusals.add(
          "Whether the sink takes %,d records can't be told, the first at %s.%s%s%s"
              .formatted(
                  filtered.untold(),
                  filtered.firstUntold().orElseThrow(),
                  converterHint(),
                  inputHint(),
                  filter.asksFor("field")
                      ? " Of fields only text, whole numbers, true and false can be compared, of values that are structs."
                      : ""));
    } else if (sampled && !converterHint().isEmpty()) {
      refusals.add("What wasn't sampled may be read in another way." + converterHint());
    }
  }

  /** Empty where the converters are known. */
  private String converterHint() {
    RecordFilter.Converters converters = sink.converters();
    List<String> unknown = new ArrayList<>();
    if (!filter.keys().isEmpty() && !converters.keysAreText()) {
      unknown.add("key.converter");
    }
    boolean asksForHeaders = filter.asksFor("header") || !filter.inputs().isAny();
    if (asksForHeaders && !converters.headersAreText()) {
      unknown.add("header.converter");
    }
    return unknown.isEmpty()
        ? ""
        : " Connector %s doesn't name a %s that leaves every text as it is: if its tables want texts, set org.apache.kafka.connect.storage.StringConverter there."
            .formatted(sink.connector(), String.join(" and a ", unknown));
  }

  /** Empty where it may be made of anything. */
  private String inputHint() {
    return filter.inputs().isAny()
        ? ""
        : " Each must say in %s which record of %s it was made of, and what a job makes of what it wrote itself, totals for example, names another topic. Leave its table out (--table), or take the whole input (--all)."
            .formatted(
                InputRanges.SOURCE, String.join(", ", filter.inputs().byPartition().keySet()));
  }

  /**
   * Of a lost row an older record would come back without those after it; and a delete that was
   * never applied would be left out, and the row before it come back.
   */
  private void refuseRowsInParts(List<String> refusals, SinkTable table) {
    if (table.guard() == SinkTable.Guard.VERSION && !filter.inputs().isAny()) {
      refusals.add(
          "Table %s has one row for all records of a key, and a range of the job's input takes some of them and leaves the others: a row that was lost would come back as it was once. Leave the table out (name the others with --table), or take the whole input (--all)."
              .formatted(table.name()));
      return;
    }
    Map<String, Source> identity = table.identity();
    List<Source> others =
        filter.asked().stream().filter(source -> !identity.containsValue(source)).toList();
    if (table.guard() == SinkTable.Guard.VERSION && !others.isEmpty()) {
      refusals.add(
          "Table %s has one row for all records of a key, and the filter, by %s, may take some of them and leave the others: a row that was lost would come back as it was once. All of a row's records%s have %s in common: ask by that, or replay without a filter."
              .formatted(
                  table.name(),
                  texts(others),
                  table.deletes() ? ", deletes too," : "",
                  identity.isEmpty() ? "nothing that can be seen" : texts(identity.values())));
    }
  }

  private static String texts(Iterable<Source> sources) {
    List<String> texts = new ArrayList<>();
    sources.forEach(source -> texts.add(source.equals(Source.KEY) ? "--key" : source.toString()));
    return texts.stream().distinct().collect(Collectors.joining(", "));
  }
}
