package dev.onceflow.sink.record;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Which records of its inputs a job must have made a record of, as the record's header {@value
 * #HEADER} says: {@code TOPIC-PARTITION-OFFSET}. Every partition that the job reads has a range, an
 * empty one where nothing of it is asked for. So a record that names another one, or none, isn't
 * passed over: it was made of something that nobody can place, and the task stops.
 */
final class InputRanges {
  private static final String HEADER = "onceflow_input";
  private static final Pattern CONDITION =
      Pattern.compile("input:([a-zA-Z0-9._-]+-[0-9]{1,10})=([0-9]{1,18})\\.\\.([0-9]{1,18})");
  private static final Pattern COORDINATES = Pattern.compile("(.+)-([0-9]{1,18})");

  private record Offsets(long from, long to) {}

  private final Map<String, Offsets> ranges = new HashMap<>();

  /**
   * Adds {@code input:TOPIC-PARTITION=FROM..TO}, without TO itself.
   *
   * @return false where the text says something else, or the same partition comes again
   */
  boolean add(String condition) {
    Matcher input = CONDITION.matcher(condition);
    if (!input.matches()) {
      return false;
    }
    Offsets offsets = new Offsets(Long.parseLong(input.group(2)), Long.parseLong(input.group(3)));
    return offsets.from() <= offsets.to() && ranges.putIfAbsent(input.group(1), offsets) == null;
  }

  /**
   * Whether the record was made of what is asked for; where nothing is, it always is.
   *
   * @throws ConnectException where the record doesn't say it
   */
  boolean take(SinkRecord record) {
    if (ranges.isEmpty()) {
      return true;
    }
    String found = (String) ValueReader.of(new ValueSource.Header(HEADER), record).read(record);
    Matcher coordinates = COORDINATES.matcher(found == null ? "" : found);
    Offsets offsets = coordinates.matches() ? ranges.get(coordinates.group(1)) : null;
    if (offsets == null) {
      throw new ConnectException(
          "run.filter: record %s: its header %s is %s; expected TOPIC-PARTITION-OFFSET of %s, or nobody can tell whether it is asked for. End this replay ('onceflow replay cancel'), and leave its table out or take everything"
              .formatted(Coordinates.text(record), HEADER, found, ranges.keySet()));
    }
    long offset = Long.parseLong(coordinates.group(2));
    return offsets.from() <= offset && offset < offsets.to();
  }
}
