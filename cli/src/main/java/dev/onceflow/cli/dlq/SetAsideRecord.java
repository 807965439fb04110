package dev.onceflow.cli.dlq;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A record in a dead letter or quarantine topic, as a job wrote it ({@link SetAside}) or Connect
 * did. Its headers may have been written by anybody: what can't be read counts as not there. Where
 * both wrote, the one that wrote last counts.
 *
 * @param raw the record as it lies there
 */
record SetAsideRecord(ConsumerRecord<byte[], byte[]> raw) {
  /** How often a record was sent again by this command, in decimal. */
  static final String REDRIVES = "onceflow_redrives";

  static final String UNKNOWN = "unknown";

  /** The row that it is, where a sink keeps it in its database and no topic does. */
  Optional<TableRow> row() {
    return raw instanceof TableRow row ? Optional.of(row) : Optional.empty();
  }

  int partition() {
    return raw.partition();
  }

  long offset() {
    return raw.offset();
  }

  /**
   * Where it lies: the topic, partition and offset that it was set aside to; of a row, those that
   * it came from.
   */
  Coordinates at() {
    return new Coordinates(raw.topic(), raw.partition(), raw.offset());
  }

  /** Why, a short name; {@value #UNKNOWN} where nobody says. */
  String code() {
    return byConnect()
        ? ConnectErrors.code(this)
        : text(SetAside.REASON).filter(code -> !code.isBlank()).orElse(UNKNOWN);
  }

  /** Why, for people; may be empty. */
  String detail() {
    return text(byConnect() ? ConnectErrors.MESSAGE : SetAside.DETAIL).orElse("");
  }

  /** Where it was read from; empty where its headers don't say so. */
  Optional<Coordinates> origin() {
    return byConnect()
        ? origin(ConnectErrors.TOPIC, ConnectErrors.PARTITION, ConnectErrors.OFFSET)
        : origin(SetAside.TOPIC, SetAside.PARTITION, SetAside.OFFSET);
  }

  private Optional<Coordinates> origin(String topic, String partition, String offset) {
    Optional<String> name = text(topic).filter(text -> !text.isBlank());
    Optional<Long> number = number(partition).filter(p -> p <= Integer.MAX_VALUE);
    return name.isEmpty() || number.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Coordinates(name.get(), number.get().intValue(), number(offset).orElse(-1L)));
  }

  /** The {@code application.id}, or the connector's name. */
  String application() {
    return text(byConnect() ? ConnectErrors.CONNECTOR : SetAside.APPLICATION).orElse(UNKNOWN);
  }

  String task() {
    return text(byConnect() ? ConnectErrors.TASK : SetAside.TASK).orElse(UNKNOWN);
  }

  /** What set it aside: an operator of the job, or Connect's stage. */
  String operator() {
    return text(byConnect() ? ConnectErrors.STAGE : SetAside.OPERATOR).orElse(UNKNOWN);
  }

  /** The table that it doesn't fit, where our sink says so. */
  Optional<String> table() {
    return byConnect() ? ConnectErrors.ours(this, "table") : Optional.empty();
  }

  /** How often it was set aside. */
  long attempt() {
    return number(SetAside.ATTEMPT).orElse(1L);
  }

  /** When it was set aside for the first time; where nobody says, the record's own time. */
  Instant firstFailed() {
    return Instant.ofEpochMilli(number(SetAside.FIRST_FAILED).orElse(raw.timestamp()));
  }

  /** How often it was sent again. Where its headers were left out for size, attempts tell. */
  long redrives() {
    return Math.max(number(REDRIVES).orElse(0L), attempt() - 1);
  }

  /** What a record's own headers say of how often it was sent again. */
  static long redrives(Headers headers) {
    return number(text(headers, REDRIVES)).orElse(0L);
  }

  /** What of it isn't here, since it was too large: {@code value} or {@code all}. */
  Optional<String> leftOut() {
    return byConnect() ? Optional.empty() : text(SetAside.LEFT_OUT);
  }

  /**
   * What the records have in common that a sink set aside for one that it read. Connect's queue is
   * at least once: a worker that dies behind the report, before its batch is committed, reports
   * again. A table has a second row where the sink was told the topic's ID only later; two sinks
   * have one each.
   *
   * @param from where it was read
   * @param sha256 of key and value, since offsets are used again in a topic that was made again; of
   *     topic ID and time where a table keeps it, which may have another form of key and value
   */
  record Twins(String from, String sha256) {}

  /** Empty for a job's dead letters, each of which is written once. */
  Optional<Twins> twins() {
    return byConnect()
        ? origin()
            .filter(from -> from.offset() >= 0)
            .map(from -> new Twins(from.toString(), sha256()))
        : Optional.empty();
  }

  private String sha256() {
    return row()
        .map(row -> Hash.of(row.sameRecord().getBytes(StandardCharsets.UTF_8)))
        .orElseGet(() -> Hash.of(raw.key(), raw.value()));
  }

  /** The event ID, where a header says it. */
  Optional<String> eventId() {
    return text(CloudEventHeaders.ID);
  }

  /** The last header of this name as text. */
  Optional<String> text(String name) {
    return text(raw.headers(), name);
  }

  private static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  private Optional<Long> number(String name) {
    return number(text(name));
  }

  private static Optional<Long> number(Optional<String> found) {
    try {
      return found.map(text -> Long.parseLong(text.strip())).filter(number -> number >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether Connect set it aside, not a job. */
  boolean byConnect() {
    boolean connect = false;
    for (Header header : raw.headers()) {
      if (header.key().equals(ConnectErrors.TOPIC)) {
        connect = true;
      } else if (header.key().equals(SetAside.TOPIC)) {
        connect = false;
      }
    }
    return connect;
  }

  /** What it is counted under. */
  String facet(Facet facet) {
    return switch (facet) {
      case CODE -> code();
      case OPERATOR -> operator();
      case APPLICATION -> application();
      case PARTITION -> origin().map(from -> from.topic() + '-' + from.partition()).orElse(UNKNOWN);
      case TABLE -> table().orElse(UNKNOWN);
      case DAY -> firstFailed().truncatedTo(ChronoUnit.DAYS).toString();
      case HOUR -> firstFailed().truncatedTo(ChronoUnit.HOURS).toString();
    };
  }
}
