package dev.onceflow.cli.profile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.ProfileOptions;
import java.io.PrintWriter;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow profile list}. */
@Command(
    name = "list",
    description = "Lists the profiles of the profile file, and checks all of them.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow profile list",
      "  onceflow profile list --profile-file /etc/onceflow/onceflow.yaml",
      "",
      "Exit codes: 0 listed; 2 failed: a mistake in the file."
    })
final class ListProfiles implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ProfileOptions options;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    SortedSet<String> names = options.names();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode report = new ObjectMapper().createObjectNode();
      var array = report.putArray("profiles");
      names.forEach(array::add);
      out.println(report.toPrettyString());
    } else if (names.isEmpty()) {
      out.println(
          "There is no profile file: 'onceflow profile --help' shows how one looks and where it may lie.");
    } else {
      names.forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }
}
