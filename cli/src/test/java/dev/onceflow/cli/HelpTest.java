package dev.onceflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Each command's {@code --help} is its manual page. */
class HelpTest {
  /** A command by its whole name. */
  private record Page(String name, CommandLine command) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Page> pages() {
    List<Page> pages = new ArrayList<>();
    collect(Main.commandLine(), pages);
    return pages.stream();
  }

  private static void collect(CommandLine command, List<Page> pages) {
    pages.add(new Page(command.getCommandSpec().qualifiedName(), command));
    command.getSubcommands().values().forEach(each -> collect(each, pages));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void saysWhatItDoesWithExamplesAndExitCodes(Page page) {
    String help = page.command().getUsageMessage(CommandLine.Help.Ansi.OFF);

    assertThat(page.command().getCommandSpec().usageMessage().description()).isNotEmpty();
    assertThat(help).contains("Examples:", "Exit codes:");
    // The usage has the name, too.
    assertThat(help.substring(help.indexOf("Examples:"))).contains(page.name() + " ");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void saysOfEachOptionWhatItIs(Page page) {
    assertThat(page.command().getCommandSpec().options())
        .filteredOn(option -> option.description().length == 0 && !option.hidden())
        .extracting(OptionSpec::longestName)
        .isEmpty();
    assertThat(page.command().getCommandSpec().positionalParameters())
        .filteredOn(parameter -> parameter.description().length == 0)
        .extracting(PositionalParamSpec::paramLabel)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void saysOfServersThatEnvironmentAndProfileMayNameThem(Page page) {
    // Lines are broken at dots, too.
    String help = page.command().getUsageMessage(CommandLine.Help.Ansi.OFF).replaceAll("\\s+", "");
    for (OptionSpec option : page.command().getCommandSpec().options()) {
      if (option.longestName().equals("--database")) {
        assertThat(help).contains("$ONCEFLOW_DATABASE_URL,elsedatabase.urloftheprofile");
      }
      if (option.longestName().equals("--bootstrap-servers")) {
        assertThat(help)
            .contains("$ONCEFLOW_KAFKA_BOOTSTRAP_SERVERS", "kafka.bootstrap.servers", "--profile");
      }
    }
  }
}
