package dev.onceflow.cli.dlq;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The copy of a record that goes back to the input: the same key and value, its own headers, to the
 * partition that it came from, since the copies of its event, and the memory of them, are there.
 * Behind its headers stand how often it was sent again and what the job counts attempts by.
 *
 * <p>Nothing is decided here but which record to send; no I/O but for records that were left out.
 */
final class Resend {
  /** Where the copy comes from: {@code topic-partition-offset} of the record that was set aside. */
  static final String FROM = "onceflow_redriven_from";

  /** Who said that a record from quarantine was not seen. */
  static final String RELEASED_BY = "onceflow_released_by";

  /** Why they said so. */
  static final String RELEASE_REASON = "onceflow_release_reason";

  /** What the names of a reprocess's topics end with. Only its own connector reads them. */
  private static final Pattern OF_A_REPROCESS = Pattern.compile("\\.r\\d+-[0-9a-f]{8}$");

  private final OwnHeaders headers;
  private final long redrivesMax;
  private final Targets targets;
  private final Clock clock;
  private final SinkTables sinkTables;

  /** What is known of the tables that sinks of Connect fill. */
  enum SinkTables {
    /** Nothing: what sinks set aside stays where it is. */
    UNKNOWN,
    /** They take records in any order: each has a version, deletes too, or counts by event ID. */
    TAKE_ANY_ORDER
  }

  /**
   * Leaves what sinks set aside where it is.
   *
   * @param headers which headers go along
   * @param redrivesMax a record that was sent again so often stays where it is
   * @param targets where copies may go
   */
  Resend(OwnHeaders headers, long redrivesMax, Targets targets, Clock clock) {
    this(headers, redrivesMax, targets, clock, SinkTables.UNKNOWN);
  }

  private Resend(
      OwnHeaders headers, long redrivesMax, Targets targets, Clock clock, SinkTables sinkTables) {
    this.headers = headers;
    this.redrivesMax = redrivesMax;
    this.targets = targets;
    this.clock = clock;
    this.sinkTables = sinkTables;
  }

  /** The same where somebody knows of the tables that sinks fill. */
  Resend with(SinkTables known) {
    return new Resend(headers, redrivesMax, targets, clock, known);
  }

  /** What a dead letter leads to. */
  Action redriven(SetAsideRecord record) {
    Optional<String> decided = record.byConnect() ? decidedBySink(record) : Optional.empty();
    if (decided.isPresent()) {
      return new Action.Leave(decided.get());
    }
    return switch (record.code()) {
      case Dedupe.UNPROVABLE, Dedupe.ALTERED ->
          new Action.Leave(
              "%s: sent again it would only come back; see 'onceflow quarantine release'"
                  .formatted(record.code()));
      default -> resent(record, Decision.As.REDRIVEN, new RecordHeaders());
    };
  }

  /** What a record from quarantine leads to that is to count as new. */
  Action releasedAsNew(SetAsideRecord record, Operator operator) {
    Optional<String> decided = record.byConnect() ? decidedBySink(record) : Optional.empty();
    if (decided.isPresent()) {
      return new Action.Leave(decided.get());
    }
    if (record.code().equals(Dedupe.ALTERED)) {
      return new Action.Leave(
          "altered: its event ID took effect with other content, and takes none again; "
              + "export it, give it an ID of its own and import it, or release it as duplicate");
    }
    RecordHeaders word = new RecordHeaders();
    if (record.code().equals(Dedupe.UNPROVABLE)) {
      word.add(Dedupe.RELEASE, utf8(Long.toString(clock.millis())));
    }
    word.add(RELEASED_BY, utf8(operator.name()));
    word.add(RELEASE_REASON, utf8(operator.reason()));
    return resent(record, Decision.As.RELEASED_AS_NEW, word);
  }

  // A sink judges by its memory alone: it doesn't know the word of a release.
  private static Optional<String> decidedBySink(SetAsideRecord record) {
    return switch (record.code()) {
      case Dedupe.UNPROVABLE, Dedupe.ALTERED ->
          Optional.of(
              ("%s, says a sink, and would say so again: if it is to take effect, export it, give "
                      + "it an event ID of its own and import it; else purge it")
                  .formatted(record.code()));
      default -> Optional.empty();
    };
  }

  /** What a record leads to that was edited. */
  Action imported(SetAsideRecord record, ExportLine.Edited edited) {
    if (record.leftOut().isPresent() && edited.value() == null) {
      return new Action.Leave(
          "its %s was left out for size: give its line a value, or redrive it"
              .formatted(record.leftOut().get()));
    }
    Content content = new Content(edited.key(), edited.value(), edited.headers());
    Optional<String> counted =
        isSentTooOften(record, edited.headers()).or(() -> madeByJob(record, content));
    if (counted.isPresent()) {
      return new Action.Leave(counted.get());
    }
    boolean sameKey = isKeyOf(record, edited.key());
    return sent(
        record,
        // Under another key it belongs where producers put that key.
        sameKey,
        content,
        Decision.As.IMPORTED,
        new RecordHeaders());
  }

  // A table may have another form of the key than the input.
  private boolean isKeyOf(SetAsideRecord record, byte[] key) {
    if (record.row().isEmpty()) {
      return Arrays.equals(key, record.raw().key());
    }
    return targets
        .original(record)
        .map(Content::key)
        .or(() -> Optional.ofNullable(record.raw().key()))
        .map(own -> Arrays.equals(key, own))
        .orElse(key == null);
  }

  // A carrier inside of one call, never compared: arrays are fine.
  @SuppressWarnings("ArrayRecordComponent")
  record Content(byte[] key, byte[] value, Headers headers) {
    private Content with(Headers others) {
      return new Content(key, value, others);
    }
  }

  private Action resent(SetAsideRecord record, Decision.As as, Headers more) {
    Optional<String> tooEarly = tooEarly(record);
    if (tooEarly.isPresent()) {
      return new Action.Leave(tooEarly.get());
    }
    Optional<Content> came =
        record.leftOut().isEmpty() && record.row().isEmpty()
            ? Optional.of(
                new Content(record.raw().key(), record.raw().value(), record.raw().headers()))
            : targets.original(record);
    if (came.isEmpty()) {
      return new Action.Leave(gone(record));
    }
    Optional<String> counted =
        isSentTooOften(record, came.get().headers()).or(() -> madeByJob(record, came.get()));
    return counted.isPresent()
        ? new Action.Leave(counted.get())
        : sent(record, true, came.get().with(own(record, came.get())), as, more);
  }

  // What the input has is the record's own, but for what a redrive added; of a dead letter all that
  // says why and from where was added.
  private Headers own(SetAsideRecord record, Content came) {
    return record.row().isPresent()
        ? headers.fromInput(came.headers())
        : headers.from(came.headers());
  }

  private static String gone(SetAsideRecord record) {
    return record
        .leftOut()
        .map("its %s was left out for size, and the input doesn't hold it any more"::formatted)
        .orElse(
            "the input doesn't hold it any more, and a table's form of it is not what came: export "
                + "it, see to its key, value and headers, and import it");
  }

  private Optional<String> tooEarly(SetAsideRecord record) {
    OptionalLong time =
        record.code().equals(Dedupe.FUTURE) && record.eventId().isPresent()
            ? EventIds.timeMs(record.eventId().get())
            : OptionalLong.empty();
    return time.isPresent() && time.getAsLong() > clock.millis()
        ? Optional.of(
            "future: the time inside its event ID has not come; send it again then, or export it, "
                + "give it another ID and import it")
        : Optional.empty();
  }

  // A connector may drop headers on the way to its table; the input's record has them.
  private Optional<String> isSentTooOften(SetAsideRecord record, Headers came) {
    long redrives = redrives(record, came);
    return redrives < redrivesMax
        ? Optional.empty()
        : Optional.of(
            "sent again %d times already, --redrives-max is %d".formatted(redrives, redrivesMax));
  }

  private static long redrives(SetAsideRecord record, Headers came) {
    return Math.max(record.redrives(), SetAsideRecord.redrives(came));
  }

  // What a job wrote it may read back, and add up without asking for the event ID: a copy would
  // count there a second time, whatever the sink's tables say of it.
  private static Optional<String> madeByJob(SetAsideRecord record, Content content) {
    boolean isMade =
        record.byConnect()
            && (content.headers().lastHeader(CloudEventHeaders.INPUT) != null
                || record.raw().headers().lastHeader(CloudEventHeaders.INPUT) != null);
    return record
        .origin()
        .filter(at -> isMade)
        .map(
            at ->
                ("a job made it (header %s), and whoever reads %s, the job too, could count a copy "
                        + "once more: 'onceflow replay reapply --topic %s --partition %d "
                        + "--from-offset %d --to-offset %d' takes it through the sink alone; then "
                        + "purge it")
                    .formatted(
                        CloudEventHeaders.INPUT,
                        at.topic(),
                        at.topic(),
                        at.partition(),
                        at.offset(),
                        at.offset() + 1));
  }

  private Action sent(
      SetAsideRecord record, boolean samePlace, Content content, Decision.As as, Headers more) {
    Optional<Coordinates> origin = record.origin();
    Optional<String> unread = origin.flatMap(Resend::unread);
    if (unread.isPresent()) {
      return new Action.Leave(unread.get());
    }
    Optional<String> tooLate = record.byConnect() ? tooLate(content) : Optional.empty();
    if (tooLate.isPresent()) {
      return new Action.Leave(tooLate.get());
    }
    if (origin.isEmpty()) {
      return new Action.Leave("no header says which topic it came from");
    }
    Optional<String> refusal = targets.refusal(origin.get());
    if (refusal.isPresent()) {
      return new Action.Leave(refusal.get());
    }
    RecordHeaders all = new RecordHeaders(content.headers());
    // Once: a word that it came with is older than the one of today.
    more.forEach(header -> all.remove(header.key()).add(header));
    keep(all, record, SetAside.ATTEMPT);
    keep(all, record, SetAside.FIRST_FAILED);
    all.remove(SetAsideRecord.REDRIVES)
        .add(SetAsideRecord.REDRIVES, utf8(Long.toString(redrives(record, content.headers()) + 1)));
    all.remove(FROM).add(FROM, utf8(record.at().toString()));
    return new Action.Send(
        new ProducerRecord<>(
            origin.get().topic(),
            samePlace ? origin.get().partition() : null,
            timestamp(record, as),
            content.key(),
            content.value(),
            all),
        as);
  }

  // The run's connector reads up to an end that was set before: a copy lies behind it, and would
  // count as decided though it never takes effect.
  private static Optional<String> unread(Coordinates origin) {
    return OF_A_REPROCESS.matcher(origin.topic()).find()
        ? Optional.of(
            "topic %s belongs to a reprocess that is over or has an end: reprocess again"
                .formatted(origin.topic()))
        : Optional.empty();
  }

  // A copy comes behind all that its key got since. A sink that goes by position or arrival would
  // take it for the newest, and a delete without a version takes away whatever is there.
  private Optional<String> tooLate(Content content) {
    if (content.value() == null) {
      return Optional.of(
          "no value: sent again it could delete a newer row; look at the row, then purge it");
    }
    return sinkTables == SinkTables.TAKE_ANY_ORDER
        ? Optional.empty()
        : Optional.of(
            "set aside by a sink: sent again it could overwrite a newer row; where all its tables "
                + "go by version or by event ID, say "
                + ResendOptions.ANY_ORDER);
  }

  // The job counts attempts on from these, and remembers when it began.
  private static void keep(RecordHeaders headers, SetAsideRecord record, String name) {
    Header last = record.raw().headers().lastHeader(name);
    headers.remove(name);
    if (last != null) {
      headers.add(last);
    }
  }

  // The broker's clock overwrites it where the topic says so. Elsewhere it stays, since all that
  // reads the event judges by it. But one from the future comes now, and not then; and a word of
  // today counts only for a record that arrives today.
  private static Long timestamp(SetAsideRecord record, Decision.As as) {
    return record.code().equals(Dedupe.FUTURE)
            || as == Decision.As.RELEASED_AS_NEW
            || record.raw().timestamp() < 0
        ? null
        : Long.valueOf(record.raw().timestamp());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
