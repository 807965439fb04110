package dev.onceflow.cli.fence;

import dev.onceflow.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow fence}. */
@Command(
    name = "fence",
    description = {
      "Shows and changes where a sink goes on.",
      "",
      "A fence is a row in the sink's target database: for each partition the next",
      "offset to apply. It holds, whatever the consumer group's offsets are."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {
      ListFences.class,
      ShowFence.class,
      SetFence.class,
      AcceptLog.class,
      ReleaseFence.class,
      DeleteFence.class,
      MoveSink.class
    },
    footer = {
      "",
      "A change raises the epoch: a task that has claimed the fence writes no more",
      "of that partition. Stop the connector first, or restart its tasks afterwards.",
      "Every change is noted in onceflow.fence_changes, beside the fence.",
      "",
      "Examples:",
      "  onceflow fence list --database jdbc:postgresql://db/shop --sink orders",
      "  onceflow fence accept --database jdbc:postgresql://db/shop --sink orders \\",
      "      --topic orders --partition 0 --bootstrap-servers localhost:9092 \\",
      "      --reason 'topic made again after the test' --dry-run",
      "",
      "Exit codes: 0 done, and where Kafka was asked, all fences agree with it;",
      "1 a fence disagrees; 2 failed, nothing was changed."
    })
public final class FenceCommand implements Subcommand {
  @Spec private CommandSpec spec;

  /** For the launcher. */
  public FenceCommand() {}

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Give a command: list, show, set, accept, release, delete or move.");
  }
}
