package dev.onceflow.sink.route;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The topics whose records a table takes. */
public sealed interface TopicFilter {
  /**
   * What a topic's name gives to the names of targets.
   *
   * @return the regular expression's groups; empty where the topic isn't taken
   */
  Optional<List<String>> groups(String topic);

  /** Whether the topic is taken. */
  default boolean takes(String topic) {
    return groups(topic).isPresent();
  }

  /** How many groups there are. */
  int groupCount();

  /** One topic. */
  record Named(String topic) implements TopicFilter {
    @Override
    public Optional<List<String>> groups(String name) {
      return topic.equals(name) ? Optional.of(List.of()) : Optional.empty();
    }

    @Override
    public int groupCount() {
      return 0;
    }
  }

  /** Topics whose whole names match. */
  record Matching(Pattern regex) implements TopicFilter {
    @Override
    public Optional<List<String>> groups(String name) {
      Matcher matcher = regex.matcher(name);
      return matcher.matches()
          ? Optional.of(
              IntStream.rangeClosed(1, matcher.groupCount())
                  .mapToObj(group -> Optional.ofNullable(matcher.group(group)).orElse(""))
                  .toList())
          : Optional.empty();
    }

    @Override
    public int groupCount() {
      return regex.matcher("").groupCount();
    }
  }
}
