package dev.onceflow.sink;

import dev.onceflow.sink.write.TableSpec;
import dev.onceflow.sink.write.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** Keys that concern all tables, and whether topics and tables meet. */
final class RoutingSettings {
  static final String UNROUTED = "unrouted";
  static final String GENERATION = "generation";

  private static final String TOPICS = "topics";
  private static final String TOPICS_REGEX = "topics.regex";
  private static final String ERROR = "error";
  private static final String IGNORE = "ignore";

  private RoutingSettings() {}

  /** Adds the keys. */
  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            UNROUTED,
            ConfigDef.Type.STRING,
            ERROR,
            ValidString.in(ERROR, IGNORE),
            Importance.MEDIUM,
            "What becomes of a record that no table takes: error (it goes to the dead letter queue, or the"
                + " task stops) or ignore.")
        .define(
            GENERATION,
            ConfigDef.Type.INT,
            0,
            Range.between(0, 999_999_999),
            Importance.LOW,
            "The generation of the rows that are written, for tables that keep it"
                + " (table.NAME.generation): 0 in normal running, higher in a replay that corrects.");
  }

  /** The tables, as delivery wants them. */
  static Tables tables(AbstractConfig values, List<TableSpec> specs) {
    return new Tables(
        specs, Tables.Unrouted.valueOf(values.getString(UNROUTED).toUpperCase(Locale.ROOT)));
  }

  /** Checks that every table reads a topic, and that every topic is read. */
  static void check(
      Map<String, String> properties, List<String> tables, BiConsumer<String, String> errors) {
    List<String> topics = TableKeys.commaSeparated(properties.getOrDefault(TOPICS, ""));
    Optional<Pattern> regex = regex(properties, errors);
    List<TableSettings> settings = new ArrayList<>();
    for (String table : tables) {
      TableSettings read = new TableSettings(table, properties, (key, message) -> {});
      settings.add(read);
      String key = TableSettings.key(table, TableSettings.TOPIC);
      String topic = properties.get(key);
      if (topic != null && !isSubscribed(topic.trim(), topics, regex)) {
        errors.accept(key, "topic " + topic + " is not in " + subscription(topics, regex));
      }
    }
    boolean isIgnored = IGNORE.equals(properties.get(UNROUTED));
    for (String topic : topics) {
      boolean isRead =
          settings.stream().anyMatch(s -> s.topics().filter(t -> t.takes(topic)).isPresent());
      if (!isRead && !isIgnored) {
        errors.accept(
            OnceflowSinkConfig.TABLES,
            "no table reads topic %s of %s; its records would be errors, unless %s=%s"
                .formatted(topic, TOPICS, UNROUTED, IGNORE));
      }
    }
  }

  private static boolean isSubscribed(String topic, List<String> topics, Optional<Pattern> regex) {
    return regex.map(r -> r.matcher(topic).matches()).orElseGet(() -> topics.contains(topic));
  }

  private static String subscription(List<String> topics, Optional<Pattern> regex) {
    return regex.map(r -> TOPICS_REGEX + "=" + r).orElseGet(() -> TOPICS + "=" + topics);
  }

  private static Optional<Pattern> regex(
      Map<String, String> properties, BiConsumer<String, String> errors) {
    String text = properties.getOrDefault(TOPICS_REGEX, "");
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      errors.accept(TOPICS_REGEX, text + ": is no regular expression");
      return Optional.empty();
    }
  }
}
