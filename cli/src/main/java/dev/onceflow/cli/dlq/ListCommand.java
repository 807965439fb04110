package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow dlq list} and {@code onceflow quarantine list}. */
@Command(
    name = "list",
    description = {
      "Counts the records that are open, and says how many were dealt with.",
      "",
      "It reads the whole topic, or all that a sink keeps of it, and changes nothing."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq list payments-dlq --bootstrap-servers localhost:9092",
      "  onceflow dlq list payments-dlq --profile production \\",
      "      --by code,partition,hour --from 2026-11-21T08:00:00Z",
      "  onceflow quarantine list payments-quarantine --profile production --json",
      "  onceflow dlq list ledger-entries --sink ledger --profile production \\",
      "      --by code,table",
      "",
      "Exit codes: 0 counted, 2 failed."
    })
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TopicOptions topic;
  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;
  @Mixin private FilterOptions filter;

  @Option(
      names = "--by",
      split = ",",
      defaultValue = "code,operator",
      paramLabel = "FACET",
      description =
          "What to count by, of ${COMPLETION-CANDIDATES} (case does not matter). Default: $"
              + "{DEFAULT-VALUE}.")
  private List<Facet> facets;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Counts counts = new Counts(facets);
    try (Cluster cluster = Cluster.of(kafka.required());
        SetAsideStore setAside = topic.open(cluster, database)) {
      setAside.visit(
          filter.filter(),
          record -> {
            counts.add(record, setAside.decisions().about(record));
            return true;
          });
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode report = counts.json();
      topic.sink().ifPresent(sink -> report.put("sink", sink));
      out.println(report.put("topic", topic.topic()).toPrettyString());
    } else {
      out.print(counts.text());
    }
    out.flush();
    return ExitCode.OK;
  }
}
