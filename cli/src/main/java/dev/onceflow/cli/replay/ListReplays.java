package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow replay list}. */
@Command(
    name = "list",
    description = "Lists all replays, the newest first.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay list --database jdbc:postgresql://db/shop",
      "  onceflow replay list --profile production --json",
      "",
      "Exit codes: 0 listed; 2 failed."
    })
final class ListReplays implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Replays replays = Replays.open(database)) {
      List<Replay> found = replays.all();
      if (json) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        ArrayNode array = report.putArray("replays");
        found.forEach(replay -> array.add(replay.json()));
        out.println(report.toPrettyString());
      } else if (found.isEmpty()) {
        out.println("There was no replay yet.");
      } else {
        found.forEach(replay -> out.println(replay.text()));
      }
    }
    out.flush();
    return ExitCode.OK;
  }
}
