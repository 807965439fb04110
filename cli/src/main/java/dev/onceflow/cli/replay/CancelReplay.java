package dev.onceflow.cli.replay;

import dev.onceflow.cli.connection.ConnectUrlOption;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onceflow replay cancel}. */
@Command(
    name = "cancel",
    description = {
      "Ends a replay where it stands. What it applied stays; no task of it applies",
      "anything afterwards. Its connector is taken away by the command that drives it,",
      "or by this one where it knows where Connect is. What the job of a reprocess has",
      "made is taken away by the command that drives it, or by the next reprocess."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay cancel 7 --profile production",
      "",
      "Exit codes: 0 cancelled; 2 failed, or it was over already."
    })
final class CancelReplay extends ChangeReplay {
  @Mixin private ConnectUrlOption connectUrl;

  @Override
  boolean change(Replays replays, Replay replay) {
    boolean isEnded = replays.end(replay, ReplayState.CANCELLED, Optional.empty(), Operator.here());
    connectUrl.url().ifPresent(url -> new ConnectApi(url).delete(replay.replayConnector()));
    return isEnded;
  }

  @Override
  String wanted() {
    return "it is over already";
  }
}
