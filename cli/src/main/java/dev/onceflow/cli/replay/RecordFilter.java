package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which records of its range a replay is asked for, by the rule that the sink's {@code run.filter}
 * has. Here the bytes in Kafka are seen, there what converters made of them: what they may make
 * something else of isn't told, and the plan refuses it. Both sides' tests read one table of cases,
 * {@code run-filter-cases.json}.
 *
 * @param keys one of them; any where there are none
 * @param conditions that must all be met
 * @param inputs what a job must have made them of
 */
record RecordFilter(List<String> keys, List<Condition> conditions, InputRanges inputs) {
  /** What becomes of a record. */
  enum Answer {
    TAKEN,
    LEFT,
    /** The sink may decide either way. */
    UNTOLD
  }

  /**
   * What is known of the connector's converters.
   *
   * @param keysAreText whether it gets keys as their texts, and not as who knows what
   * @param headersAreText the same of headers
   * @param valuesHaveSchemas whether it takes JSON with {@code schema} and {@code payload} apart
   */
  record Converters(boolean keysAreText, boolean headersAreText, boolean valuesHaveSchemas) {
    // What no converter makes anything else of, if it takes it at all.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");
    private static final Set<String> WORDS = Set.of("true", "false", "null", "nan", "infinity");

    static boolean isPlain(String text) {
      return PLAIN.matcher(text).matches()
          && WORDS.stream().noneMatch(word -> word.equalsIgnoreCase(text));
    }
  }

  /** {@code SOURCE=TEXT}, or {@code SOURCE!=TEXT}, which takes what the other leaves. */
  record Condition(Source source, boolean isEqual, String text) {
    private boolean isMetBy(Optional<String> found) {
      return isEqual == found.filter(text::equals).isPresent();
    }

    @Override
    public String toString() {
      return source + (isEqual ? "=" : "!=") + text;
    }
  }

  private static final String KEYS = "keys";
  private static final String ONLY = "only";
  private static final String INPUTS = "inputs";
  private static final String ESCAPED = "%,$+";
  private static final char DELETE = 0x7F;

  /** All records. */
  static final RecordFilter ALL = new RecordFilter(List.of(), List.of(), InputRanges.ANY);

  /**
   * By what the command line says.
   *
   * @throws UserException where a condition can't be read
   */
  static RecordFilter of(Collection<String> keys, Collection<String> only) {
    List<Condition> conditions = new ArrayList<>();
    for (String text : new TreeSet<>(only)) {
      conditions.add(
          condition(text)
              .orElseThrow(
                  () ->
                      new UserException(
                          "--only is %s: expected header:NAME=TEXT, header:NAME!=TEXT, field:PATH=TEXT or field:PATH!=TEXT."
                              .formatted(text))));
    }
    return new RecordFilter(
        List.copyOf(new TreeSet<>(keys)), List.copyOf(conditions), InputRanges.ANY);
  }

  /** By what a replay's row says: what was asked for, and which range of the input it came to. */
  static RecordFilter of(Replay replay) {
    return of(replay.request())
        .madeOf(InputRanges.of(SecondRun.noted(replay).path(SecondRun.EMITTED)));
  }

  /** The same, but only of what a job made of a range of its inputs. */
  RecordFilter madeOf(InputRanges ranges) {
    return new RecordFilter(keys, conditions, ranges);
  }

  /** By what a replay's request says. */
  static RecordFilter of(JsonNode request) {
    return of(texts(request.path(KEYS)), texts(request.path(ONLY)));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static Optional<Condition> condition(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':');
    if (colon < 0 || colon > equals) {
      return Optional.empty();
    }
    boolean isEqual = text.charAt(equals - 1) != '!';
    Source source =
        new Source(
            text.substring(0, colon), text.substring(colon + 1, isEqual ? equals : equals - 1));
    boolean isKnown = source.kind().equals("header") || source.kind().equals("field");
    return isKnown && !source.name().isBlank() && source.name().equals(source.name().trim())
        ? Optional.of(new Condition(source, isEqual, text.substring(equals + 1)))
        : Optional.empty();
  }

  /** Writes it into a request; nothing where all records are meant. */
  void addTo(ObjectNode request) {
    if (!keys.isEmpty()) {
      keys.forEach(request.putArray(KEYS)::add);
    }
    if (!conditions.isEmpty()) {
      ArrayNode only = request.putArray(ONLY);
      conditions.forEach(condition -> only.add(condition.toString()));
    }
    if (!inputs.isAny()) {
      inputs.addTo(request.putArray(INPUTS));
    }
  }

  boolean isAll() {
    return keys.isEmpty() && conditions.isEmpty() && inputs.isAny();
  }

  boolean asksFor(String kind) {
    return conditions.stream().anyMatch(condition -> condition.source().kind().equals(kind));
  }

  /** Where a record has what it is asked for. */
  List<Source> asked() {
    List<Source> asked = new ArrayList<>();
    if (!keys.isEmpty()) {
      asked.add(Source.KEY);
    }
    conditions.forEach(condition -> asked.add(condition.source()));
    return asked;
  }

  /** The sink's setting; empty where all records are meant. */
  Optional<String> setting() {
    List<String> parts = new ArrayList<>(inputs.conditions());
    keys.forEach(key -> parts.add("record:key=" + escaped(key)));
    conditions.forEach(condition -> parts.add(escaped(condition.toString())));
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(",", parts));
  }

  /** Commas separate, blanks may be trimmed, and dollars be a config provider's. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == DELETE || ESCAPED.indexOf(c) >= 0) {
        escaped.append("%%%02X".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /**
   * What becomes of a record: by its key, what it was made of, its headers, then its value, as the
   * sink asks.
   *
   * @throws Values.UnreadableException where its value would have to be read, and can't be
   */
  Answer answer(Fields record, Converters converters) {
    if (!keys.isEmpty()) {
      Optional<String> key = Source.KEY.in(record);
      if (key.filter(text -> !converters.keysAreText() && !Converters.isPlain(text)).isPresent()) {
        return Answer.UNTOLD;
      }
      if (key.filter(keys::contains).isEmpty()) {
        return Answer.LEFT;
      }
    }
    Answer made = made(record, converters);
    if (made != Answer.TAKEN) {
      return made;
    }
    for (Condition condition : conditions) {
      if (condition.source().kind().equals("header")) {
        Optional<String> text = condition.source().in(record);
        if (text.filter(t -> !converters.headersAreText() && !Converters.isPlain(t)).isPresent()) {
          return Answer.UNTOLD;
        }
        if (!condition.isMetBy(text)) {
          return Answer.LEFT;
        }
      }
    }
    for (Condition condition : conditions) {
      if (condition.source().kind().equals("field")) {
        FieldText text = fieldText(record, condition.source().name(), converters);
        if (!text.isTold()) {
          return Answer.UNTOLD;
        }
        if (!condition.isMetBy(text.text())) {
          return Answer.LEFT;
        }
      }
    }
    return Answer.TAKEN;
  }

  private Answer made(Fields record, Converters converters) {
    if (inputs.isAny()) {
      return Answer.TAKEN;
    }
    String coordinates = InputRanges.SOURCE.in(record).orElse("");
    return converters.headersAreText() || Converters.isPlain(coordinates)
        ? inputs.answer(coordinates)
        : Answer.UNTOLD;
  }

  private static FieldText fieldText(Fields record, String path, Converters converters) {
    if (record.isTombstone()) {
      return FieldText.NONE;
    }
    boolean isRead = record.decoded().schema().isEmpty() || converters.valuesHaveSchemas();
    return isRead ? FieldText.of(record.decoded(), path) : FieldText.UNTOLD;
  }

  /** For people. */
  String text() {
    List<String> parts = new ArrayList<>();
    if (!inputs.isAny()) {
      parts.add(inputs.text());
    }
    if (!keys.isEmpty()) {
      parts.add("key " + String.join(" or ", keys));
    }
    conditions.forEach(condition -> parts.add(condition.toString()));
    return String.join(" and ", parts);
  }
}
