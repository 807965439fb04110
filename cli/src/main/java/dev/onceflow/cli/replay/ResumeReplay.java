package dev.onceflow.cli.replay;

import picocli.CommandLine.Command;

/** {@code onceflow replay resume}. */
@Command(
    name = "resume",
    description = "Lets a paused replay go on.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay resume 7 --profile production",
      "",
      "Exit codes: 0 it goes on; 2 failed, or it isn't paused."
    })
final class ResumeReplay extends ChangeReplay {
  @Override
  boolean change(Replays replays, Replay replay) {
    return replays.turn(replay.id(), ReplayState.PAUSED, ReplayState.RUNNING, Operator.here());
  }

  @Override
  String wanted() {
    return "only a paused one can go on";
  }
}
