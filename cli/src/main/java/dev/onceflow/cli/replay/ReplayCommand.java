package dev.onceflow.cli.replay;

import dev.onceflow.cli.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code onceflow replay}. */
@Command(
    name = "replay",
    description = {
      "Runs records through the sink again: with a plan, a limit, an end and a report.",
      "",
      "Each replay is a row of onceflow.replays in the sink's target database."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommands = {
      ReapplyCommand.class,
      ReprocessCommand.class,
      ListReplays.class,
      ShowReplay.class,
      LimitReplay.class,
      PauseReplay.class,
      ResumeReplay.class,
      CancelReplay.class
    },
    footer = {
      "",
      "Examples:",
      "  onceflow replay reapply --connect-url http://connect:8083 --connector orders \\",
      "      --database jdbc:postgresql://db/shop --all --reason 'rows lost' --dry-run",
      "  onceflow replay list --database jdbc:postgresql://db/shop",
      "  onceflow replay rate 7 500 --database jdbc:postgresql://db/shop",
      "",
      "Exit codes: 0 done; 1 refused, cancelled, or effects are still missing; 2 failed."
    })
public final class ReplayCommand implements Subcommand {
  @Spec private CommandSpec spec;

  /** For the launcher. */
  public ReplayCommand() {}

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "Give a command: reapply, reprocess, list, show, rate, pause, resume or cancel.");
  }
}
