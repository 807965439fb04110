package dev.onceflow.cli.completion;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.Subcommand;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script for a shell, of the commands that are on the class path. */
@Command(
    name = "completion",
    description = {
      "Prints a script that lets the shell complete commands and their options.",
      "",
      "It knows the commands of this version: make it anew after an update."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  source <(onceflow completion bash)         # this shell",
      "  onceflow completion bash > ~/.local/share/bash-completion/completions/onceflow",
      "  source <(onceflow completion zsh)          # in ~/.zshrc, after compinit",
      "",
      "Exit codes: 0 printed; 2 failed: no such shell."
    })
public final class CompletionCommand implements Subcommand {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "Which shell: ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  /** The shells that are known. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** For the launcher. */
  public CompletionCommand() {}

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    PrintWriter out = spec.commandLine().getOut();
    if (shell == Shell.ZSH) {
      // The script is bash's; zsh reads it through this.
      out.println("autoload -U +X bashcompinit && bashcompinit");
    }
    out.print(AutoComplete.bash(root.getCommandName(), root));
    out.flush();
    return ExitCode.OK;
  }
}
