package dev.onceflow.sink.route;

import dev.onceflow.sink.record.Coordinates;
import dev.onceflow.sink.record.TextReader;
import dev.onceflow.sink.record.UnfitRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.sink.SinkRecord;

/** Names the targets of records of one topic and one schema. */
public final class TargetNames {
  private static final int NAME_BYTES_MAX = 63;

  private final String fixed;
  private final List<Function<SinkRecord, String>> parts = new ArrayList<>();

  /**
   * For records with the topic and the schemas of {@code sample}.
   *
   * @param table the table's name in the configuration, for messages
   * @param groups of the topic's name
   */
  public TargetNames(
      String table, TargetTemplate template, List<String> groups, SinkRecord sample) {
    this.fixed = template.fixedName().orElse(null);
    if (fixed == null) {
      template.parts().forEach(part -> parts.add(reading(table, part, groups, sample)));
    }
  }

  private static Function<SinkRecord, String> reading(
      String table, TargetTemplate.Part part, List<String> groups, SinkRecord sample) {
    if (part instanceof TargetTemplate.Text text) {
      return record -> text.text();
    }
    if (part instanceof TargetTemplate.TopicGroup topic) {
      String name =
          topic
              .spelling()
              .of(topic.group() == 0 ? Coordinates.topic(sample) : groups.get(topic.group() - 1));
      return record -> name;
    }
    TargetTemplate.Value value = (TargetTemplate.Value) part;
    if (sample.value() == null && TextReader.readsValue(value.source())) {
      throw new UnfitRecordException(
          UnfitRecordException.Reason.TOMBSTONE,
          "table %s: record %s is a tombstone, and its target is named by %s, which it doesn't have"
              .formatted(table, Coordinates.text(sample), value.source()));
    }
    TextReader reader = TextReader.of(value.source(), sample);
    return record -> {
      String text = reader.read(record);
      if (text == null || text.isEmpty()) {
        throw new UnfitRecordException(
            "table %s: the target of record %s is named by %s, which is missing"
                .formatted(table, Coordinates.text(record), value.source()));
      }
      return value.spelling().of(text);
    };
  }

  /**
   * The name of the record's target, with or without a schema in front.
   *
   * @throws UnfitRecordException where it has none
   */
  public String of(SinkRecord record) {
    if (fixed != null) {
      return fixed;
    }
    StringBuilder name = new StringBuilder();
    parts.forEach(part -> name.append(part.apply(record)));
    // PostgreSQL would cut it, and two targets might become one.
    String last = name.substring(name.indexOf(".") + 1);
    if (last.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      throw new UnfitRecordException(
          "the target of record %s has a name longer than %d bytes"
              .formatted(Coordinates.text(record), NAME_BYTES_MAX));
    }
    return name.toString();
  }
}
