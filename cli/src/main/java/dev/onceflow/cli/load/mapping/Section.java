package dev.onceflow.cli.load.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** One level of a mapping file. What doesn't fit goes to {@link Problems}, never to the caller. */
final class Section {
  private final String path;
  private final JsonNode node;
  private final Problems problems;

  Section(String path, JsonNode node, Problems problems) {
    this.path = path;
    this.node = node;
    this.problems = problems;
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** Says that these keys are all that there may be. */
  Section allows(Set<String> keys) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                problem(key, "unknown key; known are " + String.join(", ", new TreeSet<>(keys)));
              }
            });
    return this;
  }

  Optional<String> text(String key) {
    JsonNode value = node.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isValueNode()) {
      problem(key, "give one value, not a list or a section");
      return Optional.empty();
    }
    return Optional.of(value.asText());
  }

  Optional<String> requiredText(String key, String expected) {
    Optional<String> text = text(key).filter(value -> !value.isBlank());
    if (text.isEmpty() && (!has(key) || node.path(key).isValueNode())) {
      problem(key, "missing: " + expected);
    }
    return text;
  }

  List<String> texts(String key) {
    JsonNode value = node.path(key);
    List<String> texts = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return texts;
    }
    if (!value.isArray() || value.isEmpty()) {
      problem(key, "give a list of names");
      return texts;
    }
    value.forEach(
        name -> {
          if (name.isValueNode() && !name.asText().isBlank()) {
            texts.add(name.asText());
          } else {
            problem(key, "'%s' is not a name".formatted(name.asText()));
          }
        });
    return texts;
  }

  /** Each entry of the section under {@code key}, in the order of the file. */
  void entries(String key, BiConsumer<String, JsonNode> entry) {
    JsonNode value = node.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return;
    }
    if (!value.isObject()) {
      problem(key, "give a section of names");
      return;
    }
    value.properties().forEach(named -> entry.accept(named.getKey(), named.getValue()));
  }

  void problem(String key, String reason) {
    problems.add(path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key, reason);
  }

  /** A section below this one. */
  Section below(String name, JsonNode value) {
    return new Section(path.isEmpty() ? name : path + "." + name, value, problems);
  }
}
