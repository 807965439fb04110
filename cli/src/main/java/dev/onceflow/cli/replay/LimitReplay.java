package dev.onceflow.cli.replay;

import dev.onceflow.cli.UserException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code onceflow replay rate}. */
@Command(
    name = "rate",
    description = "Changes a replay's rate while it runs.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow replay rate 7 500 --database jdbc:postgresql://db/shop",
      "  onceflow replay rate 7 none --profile production",
      "",
      "Exit codes: 0 changed; 2 failed, or it was over already."
    })
final class LimitReplay extends ChangeReplay {
  private static final String NONE = "none";

  @Parameters(index = "1", paramLabel = "N", description = "Records a second, or none.")
  private String rate;

  @Override
  boolean change(Replays replays, Replay replay) {
    return replays.limit(replay.id(), parsed(), Operator.here());
  }

  private Optional<Long> parsed() {
    if (rate.equals(NONE)) {
      return Optional.empty();
    }
    try {
      long number = Long.parseLong(rate);
      if (number > 0) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Said below, for both.
    }
    throw new UserException(
        "'%s' is no rate: give records a second, 1 or more, or none.".formatted(rate));
  }

  @Override
  String wanted() {
    return "only an unfinished one has a rate";
  }
}
