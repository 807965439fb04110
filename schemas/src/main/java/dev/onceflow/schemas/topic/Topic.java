package dev.onceflow.schemas.topic;

import java.util.Map;

/**
 * A topic and the settings that its guarantee rests on.
 *
 * @param name the topic's name
 * @param keyedBy what its key is, for people
 * @param settings topic settings that differ from the broker's defaults
 */
public record Topic(String name, String keyedBy, Map<String, String> settings) {
  /** Checks and copies. */
  public Topic {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a topic needs a name");
    }
    settings = Map.copyOf(settings);
  }
}
