package dev.onceflow.sink.record;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Which records of its range a replay was asked for. The others say nothing of any row: the fence
 * passes them.
 *
 * <pre>
 * key            text, or bytes that are UTF-8; none is no key that was asked for
 * header, field  =   met by that very text
 *                !=  met by whatever = isn't met by, so also where there is none
 * field          text, a whole number in decimal, true or false; a tombstone has none
 * input          offsets of the input that a job made the record of, by {@link InputRanges}
 * </pre>
 *
 * The command that planned the replay has judged and counted by the same rule from the bytes in
 * Kafka. So what converters make of anything else isn't guessed at: the task stops. Both sides'
 * tests read one table of cases, {@code run-filter-cases.json}.
 */
public final class RunFilter {
  private record Condition(ValueSource source, boolean isEqual, String text) {
    boolean isMetBy(String found) {
      return isEqual == text.equals(found);
    }
  }

  /** What {@link #parse} understands, for messages. */
  public static final String EXPECTED =
      "expected record:key=TEXT, header:NAME=TEXT, header:NAME!=TEXT, field:PATH=TEXT,"
          + " field:PATH!=TEXT or input:TOPIC-PARTITION=FROM..TO, several with commas between;"
          + " a comma in a text is %2C";

  private final Set<String> keys;
  private final InputRanges inputs;
  private final List<Condition> conditions;

  private RunFilter(Set<String> keys, InputRanges inputs, List<Condition> conditions) {
    this.keys = keys;
    this.inputs = inputs;
    this.conditions = conditions;
  }

  /** Reads what the configuration says; empty where it isn't {@link #EXPECTED}. */
  public static Optional<RunFilter> parse(String text) {
    Set<String> keys = new HashSet<>();
    InputRanges inputs = new InputRanges();
    List<Condition> conditions = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Optional<String> decoded = decoded(part);
      if (decoded.isPresent() && inputs.add(decoded.get())) {
        continue;
      }
      Optional<Condition> condition = decoded.flatMap(RunFilter::condition);
      if (condition.isEmpty()) {
        return Optional.empty();
      }
      if (condition.get().source() == ValueSource.Part.KEY) {
        keys.add(condition.get().text());
      } else {
        conditions.add(condition.get());
      }
    }
    return Optional.of(new RunFilter(keys, inputs, conditions));
  }

  private static Optional<String> decoded(String part) {
    try {
      return Optional.of(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Condition> condition(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      return Optional.empty();
    }
    boolean isEqual = text.charAt(equals - 1) != '!';
    String source = text.substring(0, isEqual ? equals : equals - 1);
    return ValueSource.parse(source)
        .filter(found -> found.toString().equals(source) && isAskedOf(found, isEqual))
        .map(found -> new Condition(found, isEqual, text.substring(equals + 1)));
  }

  private static boolean isAskedOf(ValueSource source, boolean isEqual) {
    return source instanceof ValueSource.Header
        || source instanceof ValueSource.Field
        || (source == ValueSource.Part.KEY && isEqual);
  }

  /** A shape that sees only the records that are asked for. Used by one thread. */
  public RecordShape of(RecordShape shape) {
    return new Filtered(this, shape);
  }

  private static final class Filtered implements RecordShape {
    private final Set<String> keys;
    private final InputRanges inputs;
    private final RecordShape shape;
    private final List<Condition> ofHeaders = new ArrayList<>();
    private final List<Condition> ofFields = new ArrayList<>();
    private Map<String, Optional<ValueReader>> readers = Map.of();
    private Schema readersSchema;

    Filtered(RunFilter filter, RecordShape shape) {
      this.keys = filter.keys;
      this.inputs = filter.inputs;
      this.shape = shape;
      for (Condition condition : filter.conditions) {
        (condition.source() instanceof ValueSource.Header ? ofHeaders : ofFields).add(condition);
      }
    }

    @Override
    public SinkRecord read(SinkRecord delivered) {
      // Before the value is decoded, which most of the time is not needed.
      if (!keys.isEmpty() && !isAskedFor(keyText(delivered))) {
        return null;
      }
      if (!inputs.take(delivered)) {
        return null;
      }
      for (Condition condition : ofHeaders) {
        ValueReader header = ValueReader.of(condition.source(), delivered);
        if (!condition.isMetBy((String) header.read(delivered))) {
          return null;
        }
      }
      SinkRecord record = shape.read(delivered);
      if (record != null) {
        for (Condition condition : ofFields) {
          if (!condition.isMetBy(fieldText((ValueSource.Field) condition.source(), record))) {
            return null;
          }
        }
      }
      return record;
    }

    private boolean isAskedFor(String key) {
      return key != null && keys.contains(key);
    }

    private static String keyText(SinkRecord record) {
      Object key = record.key();
      if (key instanceof byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
      }
      if (key instanceof ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
      }
      if (key == null || key instanceof String) {
        return (String) key;
      }
      throw stop(record, "its key", key, "text or bytes");
    }

    private String fieldText(ValueSource.Field field, SinkRecord record) {
      Object value = record.value();
      if (value == null) {
        return null;
      }
      if (!(value instanceof Struct || value instanceof Map)) {
        throw stop(record, "its value", value, "a struct or a map");
      }
      Object found = reader(field, record).map(reader -> reader.read(record)).orElse(null);
      if (found == null || found instanceof String) {
        return (String) found;
      }
      if (found instanceof Boolean
          || found instanceof Long
          || found instanceof Integer
          || found instanceof Short
          || found instanceof Byte) {
        return found.toString();
      }
      throw stop(record, field.toString(), found, "text, a whole number, true or false");
    }

    /** Empty where records of that schema have no such field. */
    private Optional<ValueReader> reader(ValueSource.Field field, SinkRecord record) {
      if (record.valueSchema() == null) {
        return made(field, record);
      }
      if (!record.valueSchema().equals(readersSchema)) {
        readers = new HashMap<>();
        readersSchema = record.valueSchema();
      }
      return readers.computeIfAbsent(field.name(), name -> made(field, record));
    }

    private static Optional<ValueReader> made(ValueSource.Field field, SinkRecord record) {
      try {
        return Optional.of(ValueReader.of(field, record));
      } catch (UnfitRecordException e) {
        return Optional.empty();
      }
    }

    private static ConnectException stop(
        SinkRecord record, String what, Object found, String expected) {
      return new ConnectException(
          "run.filter: record %s: %s comes as %s; only %s can be compared, so that the plan and this task mean the same records. End this replay ('onceflow replay cancel'), and ask for records by something else"
              .formatted(
                  Coordinates.text(record), what, found.getClass().getSimpleName(), expected));
    }
  }
}
