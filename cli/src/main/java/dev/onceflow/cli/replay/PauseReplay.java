package dev.onceflow.cli.replay;

import picocli.CommandLine.Command;

/** {@code onceflow replay pause}. */
@Command(
    name = "pause",
    description = "Lets a replay stand still; what it will need is not forgotten meanwhile.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay pause 7 --profile production",
      "",
      "Exit codes: 0 paused; 2 failed, or it isn't running."
    })
final class PauseReplay extends ChangeReplay {
  @Override
  boolean change(Replays replays, Replay replay) {
    return replays.turn(replay.id(), ReplayState.RUNNING, ReplayState.PAUSED, Operator.here());
  }

  @Override
  String wanted() {
    return "only one that runs can be paused";
  }
}
