package dev.onceflow.cli.connection;

import dev.onceflow.cli.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which profile a command takes its connection from, where neither flags nor environment say. */
public final class ProfileOptions {
  /** The file that is read without being named, in the working directory. */
  public static final String DEFAULT_FILE = "onceflow.yaml";

  private static final String FILE_VARIABLE = "ONCEFLOW_PROFILE_FILE";
  private static final String NAME_VARIABLE = "ONCEFLOW_PROFILE";

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Which profile of the profile file gives what is not given here. Default: $$ONCEFLOW_PROFILE, else the one that the file names, else default.")
  private String name;

  @Option(
      names = "--profile-file",
      paramLabel = "FILE",
      description =
          "The profile file; 'onceflow profile --help' shows how it looks. Default: $$ONCEFLOW_PROFILE_FILE, else onceflow.yaml in the working directory, if it is there.")
  private Path file;

  /** Without either option. */
  public ProfileOptions() {}

  /** Gives these options to every command below that has {@link ConnectionOptions}. */
  public static void addTo(CommandLine commands) {
    for (CommandLine each : commands.getSubcommands().values()) {
      CommandSpec spec = each.getCommandSpec();
      boolean connects =
          spec.mixins().values().stream()
              .anyMatch(mixin -> mixin.userObject() instanceof ConnectionOptions);
      if (connects && !spec.mixins().containsKey(DEFAULT_FILE)) {
        spec.addMixin(DEFAULT_FILE, CommandSpec.forAnnotatedObject(new ProfileOptions()));
      }
      addTo(each);
    }
  }

  /** The names of all profiles in the file; none where there is no file. */
  public SortedSet<String> names() {
    return file(System.getenv(), Optional.ofNullable(name))
        .map(found -> new TreeSet<>(found.profiles().keySet()))
        .orElse(new TreeSet<>());
  }

  /** The profile in use; empty where there is no file and nobody asked for one. */
  Optional<ProfileFile.Profile> profile(Map<String, String> environment) {
    Optional<String> wanted = Optional.ofNullable(name).or(() -> set(environment, NAME_VARIABLE));
    return file(environment, wanted).map(found -> found.profile(wanted));
  }

  /** All profiles of the file; empty where there is none. */
  private Optional<ProfileFile> file(Map<String, String> environment, Optional<String> wanted) {
    Optional<Path> named =
        Optional.ofNullable(file).or(() -> set(environment, FILE_VARIABLE).map(Path::of));
    Path path = named.orElse(Path.of(DEFAULT_FILE));
    if (Files.isRegularFile(path)) {
      return Optional.of(ProfileFile.read(path));
    }
    if (named.isPresent()) {
      throw new UserException(
          "Profile file %s, named by %s, does not exist."
              .formatted(path, file != null ? "--profile-file" : FILE_VARIABLE));
    }
    wanted.ifPresent(
        profile -> {
          throw new UserException(
              "Profile %s is asked for, and there is no %s in the working directory: name its file with --profile-file."
                  .formatted(profile, DEFAULT_FILE));
        });
    return Optional.empty();
  }

  private static Optional<String> set(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
  }
}
