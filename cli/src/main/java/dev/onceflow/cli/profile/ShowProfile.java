package dev.onceflow.cli.profile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.connection.ConnectionSettings;
import dev.onceflow.cli.connection.DatabaseOptions;
import dev.onceflow.cli.connection.JobUrlOption;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import dev.onceflow.cli.connection.Setting;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow profile show}. */
@Command(
    name = "show",
    description = {
      "Shows each setting that is given, its value and where it comes from.",
      "",
      "Give it the options of another command to see what they would change.",
      "Secrets are not shown."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow profile show",
      "  onceflow profile show --profile production --user replayer --json",
      "",
      "Exit codes: 0 shown; 2 failed: no such profile, a mistake in the file."
    })
// The options are found by the settings, not read one by one.
@SuppressWarnings("UnusedVariable")
final class ShowProfile implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private RegistryOptions registry;
  @Mixin private DatabaseOptions database;
  @Mixin private JobUrlOption job;

  @Option(names = "--json", description = "Reports in JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ConnectionSettings settings = ConnectionSettings.of(spec);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(settings).toPrettyString());
    } else {
      print(settings, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void print(ConnectionSettings settings, PrintWriter out) {
    List<Setting> all = settings.all();
    out.println(
        settings.profile().map(place -> "Profile: " + place).orElse("No profile file is in use."));
    if (all.isEmpty()) {
      out.println("Nothing is given: 'onceflow profile --help' says how.");
      return;
    }
    int keys = all.stream().mapToInt(setting -> setting.key().length()).max().orElse(1);
    int values = all.stream().mapToInt(setting -> setting.shown().length()).max().orElse(1);
    String format = "%-" + keys + "s  %-" + values + "s  %s%n";
    all.forEach(setting -> out.printf(format, setting.key(), setting.shown(), setting.place()));
  }

  private static ObjectNode json(ConnectionSettings settings) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("profile", settings.profile().orElse(null));
    var array = report.putArray("settings");
    for (Setting setting : settings.all()) {
      array
          .addObject()
          .put("key", setting.key())
          .put("value", setting.shown())
          .put("source", setting.source().name().toLowerCase(Locale.ROOT))
          .put("place", setting.place());
    }
    return report;
  }
}
