package dev.onceflow.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A row of {@code onceflow.dlq}, as the record that Connect's dead letter queue would hold: the
 * same headers say why and where from. Topic, partition, offset and time are those of the input.
 *
 * <p>It is kept as the sink had it, behind converters and transforms: key and value may be JSON in
 * place of the input's bytes, and headers are what Connect's header converter made of them. So it
 * is there to be looked at and to be found; what is sent again is read from the input.
 */
final class TableRow extends ConsumerRecord<byte[], byte[]> {
  /** Stands for the topic's ID where the sink didn't know it. */
  static final UUID UNKNOWN_TOPIC = new UUID(0, 0);

  private final From from;
  private final String inputId;
  private final State state;
  private final Part keptKey;
  private final Part keptValue;

  /** What became of the row, as the table says. It follows from what was decided, and lags. */
  enum State {
    /** It is open, as far as the table knows. */
    NEW,
    /** Its record went to the input again. */
    REDRIVEN,
    /** Nothing is sent: it was given up, or is a duplicate. */
    CLOSED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** What follows from a decision. */
    static State after(Decision.As as) {
      return switch (as) {
        case PURGED, RELEASED_AS_DUPLICATE -> CLOSED;
        case REDRIVEN, IMPORTED, RELEASED_AS_NEW, REPEATED -> REDRIVEN;
      };
    }
  }

  /**
   * Where a record was read.
   *
   * @param topicId {@link #UNKNOWN_TOPIC} where the sink didn't know it
   * @param timestampMs the record's, -1 where it had none
   */
  record From(String topic, UUID topicId, int partition, long offset, long timestampMs) {}

  /**
   * Why it was set aside.
   *
   * @param sink which sink did so
   * @param parts reason and, where they are known, sqlstate, table, column and constraint
   * @param message for people
   * @param firstAt when it was done first
   */
  record Why(String sink, SortedMap<String, String> parts, String message, Instant firstAt) {
    /** Copies. */
    Why {
      parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }
  }

  /**
   * A key or value.
   *
   * @param bytes as the input has them, unless a transform has changed them; else null
   * @param text the JSON that stands for something else than bytes; else null
   */
  // A carrier from database to report, never compared: arrays are fine.
  @SuppressWarnings("ArrayRecordComponent")
  record Part(byte[] bytes, String text) {
    /** Whether the table has bytes, or knows that there are none. */
    boolean isBytes() {
      return text == null;
    }

    /** In the form of files and reports, where {@code json} is a form that can't be sent. */
    JsonNode json() {
      if (isBytes()) {
        return Json.bytes(bytes);
      }
      ObjectNode form = Json.object();
      form.set("json", parsed());
      return form;
    }

    /** For filters: strings as they are, all else as JSON. */
    private byte[] searched() {
      if (isBytes()) {
        return bytes;
      }
      JsonNode parsed = parsed();
      String found = parsed.isTextual() ? parsed.textValue() : text;
      return found.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode parsed() {
      return TableRow.parsed(text);
    }
  }

  /**
   * What is kept of a record.
   *
   * @param headers in their order, a JSON list of objects with {@code key} and {@code base64} or
   *     {@code value}
   */
  record Kept(Part key, Part value, String headers) {}

  /**
   * @param inputId the input's ID as it is now, as Kafka writes it; empty where there is none
   */
  TableRow(From from, Why why, Kept kept, State state, String inputId) {
    super(
        from.topic(),
        from.partition(),
        from.offset(),
        from.timestampMs(),
        TimestampType.CREATE_TIME,
        NULL_SIZE,
        NULL_SIZE,
        kept.key().searched(),
        kept.value().searched(),
        headers(from, why, kept.headers()),
        Optional.empty());
    this.from = from;
    this.inputId = inputId;
    this.state = state;
    this.keptKey = kept.key();
    this.keptValue = kept.value();
  }

  private static RecordHeaders headers(From from, Why why, String kept) {
    RecordHeaders headers = new RecordHeaders();
    for (JsonNode header : parsed(kept)) {
      headers.add(header.path("key").asText(), bytes(header));
    }
    if (headers.lastHeader(SetAside.FIRST_FAILED) == null) {
      add(headers, SetAside.FIRST_FAILED, Long.toString(why.firstAt().toEpochMilli()));
    }
    // Behind all that the record came with: the last one of a name counts.
    add(headers, ConnectErrors.TOPIC, from.topic());
    add(headers, ConnectErrors.PARTITION, Integer.toString(from.partition()));
    add(headers, ConnectErrors.OFFSET, Long.toString(from.offset()));
    add(headers, ConnectErrors.CONNECTOR, why.sink());
    add(headers, ConnectErrors.STAGE, ConnectErrors.TASK_PUT);
    ObjectNode parts = Json.object();
    why.parts().forEach(parts::put);
    add(headers, ConnectErrors.MESSAGE, why.message() + " onceflow:" + parts);
    return headers;
  }

  private static byte[] bytes(JsonNode header) {
    if (header.path("base64").isTextual()) {
      return Base64.getDecoder().decode(header.get("base64").textValue());
    }
    JsonNode value = header.path("value");
    if (value.isNull() || value.isMissingNode()) {
      return null;
    }
    return (value.isTextual() ? value.textValue() : value.toString())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void add(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode parsed(String json) {
    try {
      return Json.read(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("PostgreSQL's type json holds JSON", e);
    }
  }

  /**
   * Which of several records with its offset, in topics that were made again. Where the sink didn't
   * know the topic's ID, that of the topic which is there now: one that was made again since, and
   * has another record with the same time there, is decided anew.
   */
  String incarnation() {
    return inputId.isEmpty() ? from.topicId() + "/" + from.timestampMs() : sameRecord();
  }

  /** Whether it was read from the topic with this ID, as Kafka writes it, as far as is known. */
  boolean isOf(String kafkaTopicId) {
    return from.topicId().equals(UNKNOWN_TOPIC) || topicId().equals(kafkaTopicId);
  }

  /**
   * What it has in common with other rows of the same record. One whose topic the sink didn't know
   * can be sent only if it is of the one that is there now, so that is taken for its own.
   */
  String sameRecord() {
    return topicId() + "/" + from.timestampMs();
  }

  private String topicId() {
    UUID id = from.topicId();
    return id.equals(UNKNOWN_TOPIC)
        ? inputId
        : new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()).toString();
  }

  /** Where its record was read. */
  From from() {
    return from;
  }

  /** What the table has of the key. */
  Part keptKey() {
    return keptKey;
  }

  /** What the table has of the value. */
  Part keptValue() {
    return keptValue;
  }

  State state() {
    return state;
  }

  /** What its state says, where it isn't {@link State#NEW}. */
  Optional<Decision> dealtWith() {
    String unknown = SetAsideRecord.UNKNOWN;
    return switch (state) {
      case NEW -> Optional.empty();
      case REDRIVEN ->
          Optional.of(new Decision(Decision.As.REDRIVEN, unknown, unknown, "the row's state"));
      case CLOSED ->
          Optional.of(new Decision(Decision.As.PURGED, unknown, unknown, "the row's state"));
    };
  }
}
