package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onceflow replay show}. */
@Command(
    name = "show",
    description = "Shows a replay: plan, result, and how far it is.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay show 7 --database jdbc:postgresql://db/shop",
      "  onceflow replay show 7 --profile production --json",
      "",
      "Exit codes: 0 shown; 2 failed, or there is none of that number."
    })
final class ShowReplay implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "Its number.")
  private long id;

  @Mixin private DatabaseOptions database;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Replays replays = Replays.open(database)) {
      Replay replay = replays.get(id);
      Map<TopicPartition, Long> fences = replays.fences(replay);
      if (json) {
        out.println(withFences(replay, fences).toPrettyString());
      } else {
        out.print(ReplayReport.text(replay));
        fences.forEach(
            (partition, offset) -> out.println("  Stands    " + partition + " at " + offset));
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private static ObjectNode withFences(Replay replay, Map<TopicPartition, Long> fences) {
    ObjectNode report = replay.json();
    ArrayNode array = report.putArray("fences");
    fences.forEach(
        (partition, offset) ->
            array
                .addObject()
                .put("topic", partition.topic())
                .put("partition", partition.partition())
                .put("next_offset", offset));
    return report;
  }
}
