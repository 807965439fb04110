package dev.onceflow.sink;

import dev.onceflow.sink.fence.InitialOffset;
import dev.onceflow.sink.fence.Run;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.record.RunFilter;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of a replay's connector, which {@code onceflow replay} makes and takes away. */
final class ReplayKeys {
  static final String RUN = "run";
  static final String RUN_END = "run.end";
  static final String RUN_FILTER = "run.filter";

  private static final String GROUP = "Replays";
  private static final String END_EXPECTED = "expected offsets: TOPIC:PARTITION=OFFSET,...";

  private ReplayKeys() {}

  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(
            RUN,
            ConfigDef.Type.STRING,
            "",
            Importance.LOW,
            "Which replay this connector is; written by onceflow replay, empty for live work. A replay has"
                + " fences of its own, which only that command makes: where they are gone, it is over and the"
                + " task stops. It shares the memory of event IDs, the tombstones and the tables of the sink"
                + " that sink.name names.",
            GROUP,
            1,
            Width.SHORT,
            RUN)
        .define(
            RUN_END,
            ConfigDef.Type.STRING,
            null,
            new TextCheck(
                text -> text.equals("null") || InitialOffset.offsets(text).isPresent(),
                END_EXPECTED),
            Importance.LOW,
            "Where a replay ends: TOPIC:PARTITION=OFFSET with commas between. Records at that offset and"
                + " behind it, and all of other partitions, have no effect.",
            GROUP,
            2,
            Width.LONG,
            RUN_END)
        .define(
            RUN_FILTER,
            ConfigDef.Type.STRING,
            "",
            new TextCheck(
                text -> text.isEmpty() || RunFilter.parse(text).isPresent(), RunFilter.EXPECTED),
            Importance.LOW,
            "Which records of its range a replay takes; the others have no effect. Conditions with commas"
                + " between, each with what isn't plain in it escaped as in a URL: record:key=TEXT, of which"
                + " one must be met where there are any; header:NAME=TEXT, header:NAME!=TEXT,"
                + " field:PATH=TEXT and field:PATH!=TEXT, which must all be met. A != takes what its = leaves,"
                + " records without such a value, too. Of what a job made of its input,"
                + " input:TOPIC-PARTITION=FROM..TO for each partition of it, without TO: the header"
                + " onceflow_input must name an offset there.",
            GROUP,
            3,
            Width.LONG,
            RUN_FILTER);
  }

  /** The checks that concern more than one key. */
  static void check(Map<String, String> properties, BiConsumer<String, String> errors) {
    boolean isReplay = isReplay(properties);
    boolean hasEnd = !properties.getOrDefault(RUN_END, "").isBlank();
    if (isReplay && !hasEnd) {
      errors.accept(RUN_END, "is missing: a replay has an end; " + END_EXPECTED);
    }
    if (isReplay && properties.getOrDefault(OnceflowSinkConfig.SINK_NAME, "").isBlank()) {
      errors.accept(
          OnceflowSinkConfig.SINK_NAME,
          "is missing: a replay has a connector's name of its own, and must say whose sink it is");
    }
    if (!isReplay && hasEnd) {
      errors.accept(RUN_END, "needs " + RUN + ": live work has no end");
    }
    if (!isReplay && !properties.getOrDefault(RUN_FILTER, "").isBlank()) {
      errors.accept(RUN_FILTER, "needs " + RUN + ": what live work passed would be lost");
    }
    if (isReplay && properties.containsKey(KafkaKeys.FENCE_INITIAL)) {
      errors.accept(
          KafkaKeys.FENCE_INITIAL, "has no meaning with " + RUN + ": a replay never makes a fence");
    }
  }

  static boolean isReplay(Map<String, String> properties) {
    return !properties.getOrDefault(RUN, "").isBlank();
  }

  static Run run(AbstractConfig values) {
    String name = values.getString(RUN).trim();
    return name.isEmpty()
        ? Run.LIVE
        : new Run(name, InitialOffset.offsets(values.getString(RUN_END)).orElseThrow());
  }

  /** What of its records a replay sees. */
  static RecordShape filtered(AbstractConfig values, RecordShape shape) {
    return Optional.of(values.getString(RUN_FILTER))
        .filter(text -> !text.isEmpty())
        .map(text -> RunFilter.parse(text).orElseThrow().of(shape))
        .orElse(shape);
  }
}
