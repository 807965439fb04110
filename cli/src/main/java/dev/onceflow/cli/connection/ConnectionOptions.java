package dev.onceflow.cli.connection;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Options of a command that name a server. What they leave open comes from the environment, else
 * from a profile; a command that has such options has {@code --profile} and {@code --profile-file},
 * too ({@link ProfileOptions#addTo}).
 */
public abstract class ConnectionOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** What the command line gives. */
  protected List<Setting> flags() {
    return List.of();
  }

  /** What the command was told, by all of its options. */
  protected final ConnectionSettings given() {
    return ConnectionSettings.of(command);
  }
}
