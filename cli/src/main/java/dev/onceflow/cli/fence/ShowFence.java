package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow fence show}. */
@Command(
    name = "show",
    description = "Shows one fence: where it stands, and who changed it by hand, when and why.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence show --profile production --sink orders --topic orders --partition 0",
      "",
      "Exit codes: 0 shown; 1 there is no such fence now, and the changes that took it",
      "away are shown; 2 failed, or there never was one that a person changed."
    })
final class ShowFence implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database;

  @Option(
      names = "--sink",
      required = true,
      paramLabel = "NAME",
      description = "Which sink: its sink.name, or the connector's name.")
  private String sink;

  @Option(
      names = "--run",
      defaultValue = "",
      paramLabel = "RUN",
      description = "Which replay. Default: live work.")
  private String run;

  @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Which topic.")
  private String topic;

  @Option(
      names = "--partition",
      required = true,
      paramLabel = "P",
      description = "Which partition.")
  private int partition;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    FenceKey key = new FenceKey(sink, run, topic, partition);
    Optional<FenceRow> row;
    List<ChangeLog.Note> notes;
    try (FenceTable table = FenceTable.open(database.connect(FenceTable.APPLICATION))) {
      row = table.find(key);
      notes = ChangeLog.notes(table.connection(), key);
    }
    if (row.isEmpty() && notes.isEmpty()) {
      throw new UserException(
          "There is no fence for %s, and nobody has changed one: 'onceflow fence list' shows those that there are."
              .formatted(key));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode report = row.map(r -> ListedFence.notCompared(r).json()).orElse(FenceJson.of(key));
      ArrayNode changes = report.putArray("changes");
      notes.forEach(note -> changes.add(note.json()));
      out.println(report.toPrettyString());
    } else {
      out.print(
          row.map(r -> ListedFence.notCompared(r).text()).orElse(key + ": no fence any more\n"));
      notes.forEach(note -> out.println(note.text()));
    }
    out.flush();
    return row.isPresent() ? ExitCode.OK : ExitCode.DISAGREES;
  }
}
