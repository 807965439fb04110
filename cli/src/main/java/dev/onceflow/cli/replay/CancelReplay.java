package dev.onceflow.cli.replay;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code onceflow replay cancel}. */
@Command(
    name = "cancel",
    description = {
      "Ends a replay where it stands. What it applied stays; no task of it applies",
      "anything afterwards. Its connector is taken away by the command that drives it,",
      "or by this one with --connect-url."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CancelReplay extends ChangeReplay {
  @Option(
      names = "--connect-url",
      paramLabel = "URL",
      description = "Connect's REST API, to take the replay's connector away.")
  private Optional<String> connectUrl;

  @Override
  boolean change(Replays replays, Replay replay) {
    boolean isEnded = replays.end(replay, ReplayState.CANCELLED, Optional.empty(), Operator.here());
    connectUrl.ifPresent(url -> new ConnectApi(url).delete(replay.replayConnector()));
    return isEnded;
  }

  @Override
  String wanted() {
    return "it is over already";
  }
}
