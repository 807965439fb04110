package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.KafkaOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow fence list}. */
@Command(
    name = "list",
    description = "Lists fences; where Kafka is given, compares them with the topics' logs.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence list --database jdbc:postgresql://db/shop --sink orders",
      "  onceflow fence list --profile production --json",
      "",
      "Exit codes: 0 listed, and where Kafka was asked, all agree with it; 1 a fence",
      "disagrees with its log; 2 failed."
    })
final class ListFences implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database;
  @Mixin private KafkaOptions kafka;

  @Option(names = "--sink", paramLabel = "NAME", description = "Of one sink (its sink.name).")
  private Optional<String> sink;

  @Option(names = "--run", paramLabel = "RUN", description = "Of one replay; '' for live work.")
  private Optional<String> run;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "Of one topic.")
  private Optional<String> topic;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<ListedFence> fences = fences();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode report = FenceJson.object();
      ArrayNode array = report.putArray("fences");
      fences.forEach(fence -> array.add(fence.json()));
      out.println(report.toPrettyString());
    } else if (fences.isEmpty()) {
      out.println("There is no such fence.");
    } else {
      fences.forEach(fence -> out.print(fence.text()));
    }
    out.flush();
    return fences.stream().anyMatch(ListedFence::disagrees) ? ExitCode.DISAGREES : ExitCode.OK;
  }

  private List<ListedFence> fences() {
    List<FenceRow> rows;
    try (FenceTable table = FenceTable.open(database.connect(FenceTable.APPLICATION))) {
      rows = table.rows(sink, run, topic);
    }
    Optional<KafkaLogs> opened = kafka.settings().map(KafkaLogs::open);
    if (opened.isEmpty()) {
      return rows.stream().map(ListedFence::notCompared).toList();
    }
    // The logs after the fences: a fence that is being moved is never ahead of what is seen then.
    try (KafkaLogs kafkaLogs = opened.get()) {
      Map<TopicPartition, LogBounds> logs =
          kafkaLogs.describe(rows.stream().map(row -> row.key().inKafka()).toList());
      return rows.stream()
          .map(row -> ListedFence.compared(row, Optional.ofNullable(logs.get(row.key().inKafka()))))
          .toList();
    }
  }
}
