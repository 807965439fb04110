package dev.onceflow.cli.replay;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which records of the range. */
final class FilterOptions {
  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Only records with this key, as text; may be given several times: one of them.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "CONDITION",
      description = {
        "Only records that meet it: header:NAME=TEXT or field:PATH=TEXT, PATH into",
        "structs by dots; with != those that don't, without such a value too. Of a field,",
        "text, whole numbers, true and false. May be given several times: all of them."
      })
  private List<String> conditions = new ArrayList<>();

  RecordFilter filter() {
    return RecordFilter.of(keys, conditions);
  }
}
