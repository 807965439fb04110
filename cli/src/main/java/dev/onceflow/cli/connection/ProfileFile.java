package dev.onceflow.cli.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file of named profiles. All of it is checked, whichever profile is asked for, and no message
 * holds a value, which may be a secret.
 *
 * @param path where it lies
 * @param byDefault the profile that is taken when none is named; empty where the file names none
 * @param profiles their settings, by name
 */
record ProfileFile(
    Path path, Optional<String> byDefault, SortedMap<String, SortedMap<String, String>> profiles) {
  /** The profile that is taken when nobody names one. */
  static final String DEFAULT = "default";

  private static final Set<String> TOP = Set.of("profile", "profiles");

  static ProfileFile read(Path path) {
    List<String> problems = new ArrayList<>();
    JsonNode root = parse(path);
    root.fieldNames()
        .forEachRemaining(
            key -> {
              if (!TOP.contains(key)) {
                problems.add(
                    "%s: unknown key; there are profiles, and profile for the name of the one that is taken by default"
                        .formatted(key));
              }
            });
    SortedMap<String, SortedMap<String, String>> profiles = new TreeMap<>();
    JsonNode all = root.path("profiles");
    if (!all.isObject() || all.isEmpty()) {
      problems.add("profiles: expected at least one name with settings below it");
    }
    all.properties()
        .forEach(
            each ->
                profiles.put(each.getKey(), settings(each.getKey(), each.getValue(), problems)));
    Optional<String> byDefault =
        Optional.of(root.path("profile").asText("")).filter(name -> !name.isBlank());
    byDefault
        .filter(name -> !profiles.containsKey(name))
        .ifPresent(
            name ->
                problems.add(
                    "profile: there is no profile %s, but %s"
                        .formatted(name, String.join(", ", profiles.keySet()))));
    if (!problems.isEmpty()) {
      throw new UserException(
          "Profile file %s has %d %s:\n  %s"
              .formatted(
                  path,
                  problems.size(),
                  problems.size() == 1 ? "mistake" : "mistakes",
                  String.join("\n  ", problems)));
    }
    return new ProfileFile(path, byDefault, profiles);
  }

  private static JsonNode parse(Path path) {
    YAMLMapper yaml =
        new YAMLMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    JsonNode root;
    try {
      root = yaml.readTree(path.toFile());
    } catch (JsonProcessingException e) {
      // Of the message only the place: the rest may quote the line, and a secret in it.
      String place =
          e.getLocation() == null
              ? ""
              : ", see line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new UserException(
          "Profile file %s is not YAML, or has a key twice%s.".formatted(path, place));
    } catch (IOException e) {
      throw new UserException(
          "Profile file %s can't be read: %s.".formatted(path, e.getMessage()), e);
    }
    if (root == null || !root.isObject()) {
      throw new UserException(
          "Profile file %s holds no profiles: 'onceflow profile --help' shows how one looks."
              .formatted(path));
    }
    return root;
  }

  private static SortedMap<String, String> settings(
      String profile, JsonNode node, List<String> problems) {
    SortedMap<String, String> settings = new TreeMap<>();
    String path = "profiles." + profile;
    if (node.isObject()) {
      collect(path, "", node, settings, problems);
    } else if (node.isArray() || !text(node).isBlank()) {
      problems.add(path + ": expected settings such as kafka.bootstrap.servers");
    }
    return settings;
  }

  /** Sections and dotted names mean the same. */
  private static void collect(
      String path, String prefix, JsonNode node, Map<String, String> settings, List<String> wrong) {
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      String key = prefix + each.getKey();
      JsonNode value = each.getValue();
      if (value.isObject()) {
        collect(path, key + ".", value, settings, wrong);
      } else if (!Keys.ALL.containsKey(key)) {
        wrong.add(
            "%s.%s: unknown setting; the nearest is %s"
                .formatted(path, key, Keys.nearest(key, Keys.ALL.keySet())));
      } else if (text(value).isBlank()) {
        wrong.add("%s.%s: has no value; give one, or leave the setting out".formatted(path, key));
      } else if (settings.put(key, text(value)) != null) {
        wrong.add("%s.%s: stands there twice".formatted(path, key));
      }
    }
  }

  private static String text(JsonNode value) {
    if (!value.isArray()) {
      return value.isNull() ? "" : value.asText();
    }
    List<String> items = new ArrayList<>();
    value.forEach(item -> items.add(item.asText()));
    return String.join(",", items);
  }

  /**
   * The settings of one profile.
   *
   * @param name which; empty for the default
   */
  Profile profile(Optional<String> name) {
    String wanted = name.or(() -> byDefault).orElse(DEFAULT);
    SortedMap<String, String> settings = profiles.get(wanted);
    if (settings == null) {
      throw new UserException(
          "Profile file %s has no profile %s: name one of %s with --profile, ONCEFLOW_PROFILE, or the file's key profile."
              .formatted(path, wanted, String.join(", ", profiles.keySet())));
    }
    return new Profile(path, wanted, settings);
  }

  /** One of them. */
  record Profile(Path file, String name, SortedMap<String, String> settings) {
    String place() {
      return "%s, profile %s".formatted(file, name);
    }
  }
}
