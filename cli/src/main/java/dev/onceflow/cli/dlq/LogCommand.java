package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.KafkaOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow dlq log} and {@code onceflow quarantine log}. */
@Command(
    name = "log",
    description = {
      "Lists what was decided about records: which one, what, by whom, when and why.",
      "",
      "Also about records that were deleted since: it reads TOPIC-decisions alone, and",
      "changes nothing."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow dlq log payments-dlq --bootstrap-servers localhost:9092",
      "  onceflow quarantine log payments-quarantine --profile production --json",
      "",
      "Exit codes: 0 listed, also where nothing was decided; 2 failed."
    })
final class LogCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TopicOptions topic;
  @Mixin private KafkaOptions kafka;

  @Option(names = "--json", description = "One line of JSON for each.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Cluster cluster = Cluster.of(kafka.required())) {
      topic.forEachDecision(cluster, decided -> out.println(json ? line(decided) : text(decided)));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String line(Decided decided) {
    ObjectNode line = Json.object();
    ObjectNode record = line.putObject("record").put("topic_id", decided.topicId());
    record.put("partition", decided.place().partition()).put("offset", decided.place().offset());
    if (!decided.place().row().isEmpty()) {
      record.put("row", decided.place().row());
    }
    line.setAll(decided.json());
    return line.toString();
  }

  private static String text(Decided decided) {
    Decision decision = decided.decision();
    return Columns.printable(
        "%s  %s  %s by %s  %s%s%s: %s"
            .formatted(
                decision.at(),
                decided.place(),
                decision.as().label(),
                decision.by(),
                decided.code(),
                decided.eventId().map(id -> ", event " + id).orElse(""),
                decided.from().map(from -> ", from " + from).orElse(""),
                decision.reason()));
  }
}
