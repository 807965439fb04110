package dev.onceflow.cli.connection;

import dev.onceflow.cli.UserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command was told about its servers. Each setting has the value of the strongest of its
 * sources: flags, then the environment, then the profile. Read once a command, never changed.
 */
public final class ConnectionSettings {
  private static final List<String> VARIABLE_PREFIXES =
      List.of(
          "ONCEFLOW_KAFKA_",
          "ONCEFLOW_REGISTRY_",
          "ONCEFLOW_DATABASE_",
          "ONCEFLOW_JOB_",
          "ONCEFLOW_CONNECT_");

  private static final Map<String, String> LIBPQ =
      Map.of("PGUSER", Keys.DATABASE_USER, "PGPASSWORD", Keys.DATABASE_PASSWORD);

  private final Optional<ProfileFile.Profile> profile;
  private final SortedMap<String, Setting> settings;

  private ConnectionSettings(
      Optional<ProfileFile.Profile> profile, SortedMap<String, Setting> settings) {
    this.profile = profile;
    this.settings = settings;
  }

  /**
   * What {@code command} was told, by all its options that name servers.
   *
   * @throws UserException if the profile can't be read or has a mistake, or a variable is misspelt
   */
  public static ConnectionSettings of(CommandSpec command) {
    ProfileOptions chosen = new ProfileOptions();
    List<Setting> flags = new ArrayList<>();
    for (CommandSpec mixin : command.mixins().values()) {
      if (mixin.userObject() instanceof ProfileOptions options) {
        chosen = options;
      } else if (mixin.userObject() instanceof ConnectionOptions options) {
        flags.addAll(options.flags());
      }
    }
    return of(chosen.profile(System.getenv()), System.getenv(), flags);
  }

  static ConnectionSettings of(
      Optional<ProfileFile.Profile> profile,
      Map<String, String> environment,
      Collection<Setting> flags) {
    SortedMap<String, Setting> settings = new TreeMap<>();
    LIBPQ.forEach(
        (variable, key) -> {
          String value = environment.get(variable);
          if (value != null) {
            settings.put(key, Setting.of(key, value, Setting.Source.LIBPQ, variable));
          }
        });
    profile.ifPresent(
        p ->
            p.settings()
                .forEach(
                    (key, value) ->
                        settings.put(
                            key, Setting.of(key, value, Setting.Source.PROFILE, p.place()))));
    refuseMisspelt(environment);
    for (Key key : Keys.ALL.values()) {
      String value = environment.get(key.variable());
      // Compose and shells hand on an unset variable as an empty one.
      if (value != null && !value.isBlank()) {
        settings.put(
            key.name(), Setting.of(key.name(), value, Setting.Source.ENVIRONMENT, key.variable()));
      }
    }
    flags.forEach(flag -> settings.put(flag.key(), flag));
    return new ConnectionSettings(profile, settings);
  }

  // Not every strange one: Kubernetes puts ONCEFLOW_KAFKA_SERVICE_HOST and the like into each pod
  // beside a service of that name.
  private static void refuseMisspelt(Map<String, String> environment) {
    Map<String, Key> known =
        Keys.ALL.values().stream().collect(Collectors.toMap(Key::variable, key -> key));
    for (String variable : new TreeMap<>(environment).keySet()) {
      if (VARIABLE_PREFIXES.stream().anyMatch(variable::startsWith)
          && !known.containsKey(variable)) {
        Keys.meant(variable, known.keySet())
            .ifPresent(
                meant -> {
                  throw new UserException(
                      "Environment variable %s is no setting: is %s meant? Unset it, or name it so."
                          .formatted(variable, meant));
                });
      }
    }
  }

  /** A setting, where anybody has given it. */
  public Optional<Setting> find(String key) {
    return Optional.ofNullable(settings.get(key));
  }

  /** All that is given, by key. */
  public List<Setting> all() {
    return List.copyOf(settings.values());
  }

  /** The profile that is in use, such as {@code onceflow.yaml, profile default}. */
  public Optional<String> profile() {
    return profile.map(ProfileFile.Profile::place);
  }

  /**
   * What a job's own settings may leave open: how Kafka and the registry are reached, by the names
   * that jobs know. What a job reads, writes and remembers never comes from here.
   */
  public Map<String, String> forJob() {
    SortedMap<String, String> forJob = new TreeMap<>();
    below(Keys.KAFKA).forEach((key, value) -> forJob.put(key, value.toString()));
    RegistryOptions.ofSerdes(this).forEach((key, value) -> forJob.put(key, value.toString()));
    return forJob;
  }

  /** The settings below {@code prefix}, by what follows it. */
  SortedMap<String, Object> below(String prefix) {
    SortedMap<String, Object> below = new TreeMap<>();
    settings.forEach(
        (key, setting) -> {
          if (key.startsWith(prefix)) {
            below.put(key.substring(prefix.length()), setting.value());
          }
        });
    return below;
  }

  /** How whoever needs {@code key} and has none is told so. */
  static UserException missing(String what, String option, String key) {
    return new UserException(
        "No %s is given: give %s, set %s, or write %s into a profile of %s."
            .formatted(
                what, option, Keys.ALL.get(key).variable(), key, ProfileOptions.DEFAULT_FILE));
  }
}
