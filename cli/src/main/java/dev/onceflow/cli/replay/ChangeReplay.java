package dev.onceflow.cli.replay;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.connection.DatabaseOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that tells an unfinished replay what to do; its tasks look within a second. */
abstract class ChangeReplay implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ID", description = "The replay's number.")
  private long id;

  @Mixin private DatabaseOptions database;

  /** Changes it; answers whether it could be. */
  abstract boolean change(Replays replays, Replay replay);

  /** What only a replay in such a state can be. */
  abstract String wanted();

  @Override
  public Integer call() {
    try (Replays replays = Replays.open(database)) {
      Replay replay = replays.get(id);
      if (!change(replays, replay)) {
        throw new UserException(
            "Replay %d is %s: %s.".formatted(id, replays.get(id).state().label(), wanted()));
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(replays.get(id).text());
      out.flush();
      return ExitCode.OK;
    }
  }
}
