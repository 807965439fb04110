package dev.onceflow.cli.fence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code onceflow fence move}: fences, memory of event IDs, tombstones and dead letters of a sink
 * go to another name in one database transaction. Fences alone would not do: the new name's memory
 * would be empty, and each event that comes again would count again.
 */
@Command(
    name = "move",
    description = {
      "Gives all that a sink keeps in its target database another sink's name: its",
      "fences, the event IDs that it remembers, the versions of deleted rows, and its",
      "dead letters. For a sink.name, or a connector without one, that is renamed.",
      "",
      "Delete the old connector first. To move a sink to another database, take",
      "schema onceflow there with the sink's tables, in one dump."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow fence move --profile production --sink orders --to shop-orders \\",
      "      --reason 'one name for each shop' --dry-run",
      "",
      "Exit codes: 0 moved; 2 failed, nothing was changed, or it is not known whether:",
      "'onceflow fence list' shows."
    })
final class MoveSink implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database;

  @Option(
      names = "--sink",
      required = true,
      paramLabel = "NAME",
      description = "The name up to now: its sink.name, or the connector's name.")
  private String sink;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "NAME",
      description = "The name from now on; nothing is kept under it yet.")
  private String to;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who read onceflow.fence_changes later.")
  private String reason;

  @Option(names = "--dry-run", description = "Says what would change, and changes nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (reason.isBlank()) {
      throw new UserException("--reason is empty: say why, for those who look into it later.");
    }
    if (to.isBlank() || to.equals(sink)) {
      throw new UserException("--to is '%s': give another name than --sink.".formatted(to));
    }
    Operator operator = Operator.here(spec.name(), reason);
    List<ChangeReport.Changed> changes = new ArrayList<>();
    List<KeptOfSink.Moved> moved;
    try (FenceTable table = FenceTable.open(database.connect(FenceTable.APPLICATION))) {
      KeptOfSink kept = new KeptOfSink(table.connection());
      kept.refuseUnlessAtRest(sink, to);
      // Locked in the sink's own order: a batch that is under way ends first.
      List<FenceRow> rows =
          table.rows(Optional.of(sink), Optional.empty(), Optional.empty()).stream()
              .map(FenceRow::key)
              .flatMap(key -> table.lock(key).stream())
              .toList();
      if (rows.isEmpty()) {
        throw new UserException(
            "Sink %s has no fence: 'onceflow fence list' shows those that there are."
                .formatted(sink));
      }
      moved = kept.move(sink, to);
      ChangeLog notes = ChangeLog.open(table.connection());
      for (FenceRow before : rows) {
        FenceKey key = before.key();
        FenceKey renamed = new FenceKey(to, key.run(), key.topic(), key.partition());
        Optional<FenceRow> after = table.apply(renamed, new Change.Release(), operator.owner());
        notes.add(operator, key, Optional.of(before), Optional.empty());
        notes.add(operator, renamed, Optional.empty(), after);
        changes.add(
            new ChangeReport.Changed(renamed, Optional.of(before), after, Optional.empty()));
      }
      if (!dryRun) {
        table.commit();
      }
    }
    print(new ChangeReport(changes, dryRun), moved);
    return ExitCode.OK;
  }

  private void print(ChangeReport report, List<KeptOfSink.Moved> moved) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode whole = report.json();
      ObjectNode rows = whole.putObject("moved");
      moved.forEach(table -> rows.put(table.table(), table.rows()));
      out.println(whole.toPrettyString());
    } else {
      moved.forEach(
          table ->
              out.println("%s: %,d rows to sink %s".formatted(table.table(), table.rows(), to)));
      out.print(report.text());
    }
    out.flush();
  }
}
