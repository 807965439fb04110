package dev.onceflow.cli.dlq;

import static dev.onceflow.cli.dlq.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.streams.dedupe.Dedupe;
import dev.onceflow.streams.route.Coordinates;
import dev.onceflow.streams.route.SetAside;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ResendTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Operator OPERATOR =
      new Operator("ann@host", NOW.toString(), "file was lost");

  private final TestingTargets targets = new TestingTargets();
  private final Resend resend = resend(OwnHeaders.ALL);

  private Resend resend(OwnHeaders headers) {
    return new Resend(headers, 3, targets, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** Inputs that take everything, unless they are told otherwise. */
  private static final class TestingTargets implements Targets {
    private Optional<String> refusal = Optional.empty();
    private Optional<Resend.Content> original = Optional.empty();

    @Override
    public Optional<String> refusal(Coordinates origin) {
      return refusal;
    }

    @Override
    public Optional<Resend.Content> original(SetAsideRecord record) {
      return original;
    }
  }

  private static ProducerRecord<byte[], byte[]> copy(Action action) {
    assertThat(action).isInstanceOf(Action.Send.class);
    return ((Action.Send) action).copy();
  }

  private static String why(Action action) {
    assertThat(action).isInstanceOf(Action.Leave.class);
    return ((Action.Leave) action).why();
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      assertThat(headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
          .as(header.key())
          .isNull();
    }
    return headers;
  }

  @Test
  void theCopyIsTheRecordThatCameAtTheEndOfItsOwnPartition() {
    ProducerRecord<byte[], byte[]> copy =
        copy(resend.redriven(TestingRecords.of(5, "unreadable", "e1")));

    assertThat(copy.topic()).isEqualTo("orders");
    assertThat(copy.partition()).isEqualTo(3);
    assertThat(copy.key()).isEqualTo(utf8("key-e1"));
    assertThat(copy.value()).isEqualTo(utf8("value-e1"));
    assertThat(copy.timestamp()).isEqualTo(TestingRecords.FAILED_MS - 1_000);
    assertThat(headers(copy))
        .isEqualTo(
            Map.of(
                "ce_id",
                "e1",
                "trace",
                "t-e1",
                SetAside.ATTEMPT,
                "1",
                SetAside.FIRST_FAILED,
                Long.toString(TestingRecords.FAILED_MS),
                SetAsideRecord.REDRIVES,
                "1",
                Resend.FROM,
                "orders-dlq-0-5"));
  }

  @Test
  void onlyAllowedHeadersGoAlongAndThoseOfTheEventIdInAnyCase() {
    Resend choosy = resend(new OwnHeaders(List.of("tenant*", "trace")));

    ProducerRecord<byte[], byte[]> copy =
        copy(
            choosy.redriven(
                TestingRecords.of(
                    5,
                    "unreadable",
                    "e1",
                    new RecordHeader("tenant-id", utf8("t")),
                    new RecordHeader("trace2", utf8("no")))));

    assertThat(headers(copy))
        .containsKeys("ce_id", "trace", "tenant-id")
        .doesNotContainKey("trace2");
  }

  @Test
  void aRecordThatKeepsComingBackStopsAtTheLimit() {
    SetAsideRecord third =
        TestingRecords.of(
            5, "unreadable", "e1", new RecordHeader(SetAsideRecord.REDRIVES, utf8("2")));
    SetAsideRecord fourth =
        TestingRecords.of(
            6, "unreadable", "e1", new RecordHeader(SetAsideRecord.REDRIVES, utf8("3")));

    assertThat(headers(copy(resend.redriven(third)))).containsEntry(SetAsideRecord.REDRIVES, "3");
    assertThat(why(resend.redriven(fourth))).contains("3 times", "--redrives-max is 3");
  }

  @Test
  void whatWouldOnlyComeBackStaysWhereItIs() {
    assertThat(why(resend.redriven(TestingRecords.of(5, Dedupe.UNPROVABLE, "e1"))))
        .contains("quarantine release");
    assertThat(why(resend.redriven(TestingRecords.of(5, Dedupe.ALTERED, "e1"))))
        .contains("quarantine release");
    assertThat(why(resend.releasedAsNew(TestingRecords.of(5, Dedupe.ALTERED, "e1"), OPERATOR)))
        .contains("give it an ID of its own");
    targets.refusal = Optional.of("there is no topic orders");
    assertThat(why(resend.redriven(TestingRecords.of(5, "unreadable", "e1"))))
        .isEqualTo("there is no topic orders");
  }

  @Test
  void theWordThatARecordWasNotSeenGoesAlongWithWhoGaveIt() {
    SetAsideRecord record =
        TestingRecords.of(
            5, Dedupe.UNPROVABLE, "e1", new RecordHeader(Dedupe.RELEASE, utf8("an older word")));

    Map<String, String> headers = headers(copy(resend.releasedAsNew(record, OPERATOR)));

    assertThat(headers)
        .containsEntry(Dedupe.RELEASE, Long.toString(NOW.toEpochMilli()))
        .containsEntry(Resend.RELEASED_BY, "ann@host")
        .containsEntry(Resend.RELEASE_REASON, "file was lost");
  }

  @Test
  void noWordIsGivenForWhatMemoryCanProve() {
    SetAsideRecord record = TestingRecords.of(5, "below-zero", "e1");

    assertThat(headers(copy(resend.releasedAsNew(record, OPERATOR))))
        .doesNotContainKey(Dedupe.RELEASE)
        .containsEntry(Resend.RELEASED_BY, "ann@host");
  }

  @Test
  void anEventFromTheFutureWaitsForItsTimeAndThenArrivesNow() {
    String tomorrow = EventIds.ofContent(NOW.plusSeconds(86_400).toEpochMilli(), "a").toString();
    String yesterday = EventIds.ofContent(NOW.minusSeconds(86_400).toEpochMilli(), "a").toString();

    assertThat(why(resend.redriven(TestingRecords.of(5, Dedupe.FUTURE, tomorrow))))
        .contains("has not come");
    assertThat(copy(resend.redriven(TestingRecords.of(5, Dedupe.FUTURE, yesterday))).timestamp())
        .isNull();
  }

  @Test
  void whatWasLeftOutForItsSizeIsFetchedOrStays() {
    SetAsideRecord record =
        TestingRecords.of(5, "unreadable", "e1", new RecordHeader(SetAside.LEFT_OUT, utf8("all")));

    assertThat(why(resend.redriven(record))).contains("all was left out", "any more");
    targets.original =
        Optional.of(
            new Resend.Content(
                utf8("key"), utf8("large"), new RecordHeaders().add("ce_id", utf8("e1"))));
    ProducerRecord<byte[], byte[]> copy = copy(resend.redriven(record));
    assertThat(copy.value()).isEqualTo(utf8("large"));
    assertThat(headers(copy))
        .containsEntry("ce_id", "e1")
        .containsEntry(SetAsideRecord.REDRIVES, "1");
  }

  /** Its reasons are its own: the sink reads a topic of dead letters. */
  @Test
  void whatTheInputHasOfARowGoesAlongButForTheMarksOfEarlierRedrives() {
    targets.original =
        Optional.of(
            new Resend.Content(
                utf8("k"),
                utf8("v"),
                new RecordHeaders()
                    .add(SetAside.REASON, utf8("below-zero"))
                    .add(Resend.FROM, utf8("q-0-1"))
                    .add(SetAsideRecord.REDRIVES, utf8("1"))));
    SetAsideRecord row = new SetAsideRecord(TestingRows.row(7, TableRow.State.NEW));

    Resend anyOrder = resend.with(Resend.SinkTables.TAKE_ANY_ORDER);
    assertThat(headers(copy(anyOrder.redriven(row))))
        .containsEntry(SetAside.REASON, "below-zero")
        .containsEntry(SetAsideRecord.REDRIVES, "2")
        .containsEntry(Resend.FROM, row.at().toString());
  }

  /** A connector may leave out headers on the way to its table. */
  @Test
  void rowIsSentNoMoreOftenThanItsRecordSays() {
    targets.original =
        Optional.of(
            new Resend.Content(
                utf8("k"), utf8("v"), new RecordHeaders().add(SetAsideRecord.REDRIVES, utf8("3"))));

    Resend anyOrder = resend.with(Resend.SinkTables.TAKE_ANY_ORDER);
    assertThat(why(anyOrder.redriven(new SetAsideRecord(TestingRows.row(7, TableRow.State.NEW)))))
        .contains("sent again 3 times already");
  }

  /** Balances add up entries without asking for event IDs: a copy would be a second entry. */
  @Test
  void whatAJobWroteIsNotSentToItsReadersAgain() {
    RecordHeader made = new RecordHeader(CloudEventHeaders.INPUT, utf8("payments-0-4"));
    Resend anyOrder =
        new Resend(new OwnHeaders(List.of()), 3, targets, Clock.fixed(NOW, ZoneOffset.UTC))
            .with(Resend.SinkTables.TAKE_ANY_ORDER);
    SetAsideRecord queued = bySink("orders", "v", "refused");
    queued.raw().headers().add(made);
    targets.original =
        Optional.of(new Resend.Content(utf8("k"), utf8("v"), new RecordHeaders(List.of(made))));

    assertThat(why(anyOrder.redriven(queued)))
        .contains("replay reapply --topic orders --partition 3 --from-offset 100 --to-offset 101");
    assertThat(why(anyOrder.imported(queued, edited("k", utf8("mended"))))).contains("a job made");
    assertThat(why(anyOrder.redriven(new SetAsideRecord(TestingRows.row(7, TableRow.State.NEW)))))
        .contains("a job made it");
    // What a job set aside of another's output it decides by its event ID.
    assertThat(copy(anyOrder.redriven(TestingRecords.of(5, "unreadable", "e1", made)))).isNotNull();
  }

  /** One that a sink set aside; its table has had later records of that key since. */
  private static SetAsideRecord bySink(String value, String reason) {
    return bySink("orders", value, reason);
  }

  private static SetAsideRecord bySink(String topic, String value, String reason) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(ConnectErrors.TOPIC, utf8(topic));
    headers.add(ConnectErrors.PARTITION, utf8("3"));
    headers.add(ConnectErrors.OFFSET, utf8("100"));
    headers.add(ConnectErrors.MESSAGE, utf8("no; onceflow:{\"reason\":\"%s\"}".formatted(reason)));
    return new SetAsideRecord(TestingRecords.raw(0, 5, "k", value, headers));
  }

  @Test
  void whatASinkSetAsideWouldOverwriteNewerRowsAndStays() {
    assertThat(why(resend.redriven(bySink("old", "refused"))))
        .contains("overwrite a newer row", "--tables-by-version-or-event-id");
    assertThat(why(resend.releasedAsNew(bySink("old", "future"), OPERATOR)))
        .contains("overwrite a newer row");
    assertThat(why(resend.imported(bySink("old", "unfit"), edited("k", utf8("mended")))))
        .contains("overwrite a newer row");
    // A record of a job has no such limit: its job decides each event once.
    assertThat(copy(resend.redriven(TestingRecords.of(5, "unreadable", "e1")))).isNotNull();
  }

  @Test
  void whatASinkSetAsideIsSentWhereItsTablesTakeAnyOrderUnlessItDeletes() {
    Resend anyOrder = resend.with(Resend.SinkTables.TAKE_ANY_ORDER);

    ProducerRecord<byte[], byte[]> copy = copy(anyOrder.redriven(bySink("old", "refused")));

    assertThat(copy.topic()).isEqualTo("orders");
    assertThat(copy.partition()).isEqualTo(3);
    assertThat(copy.value()).isEqualTo(utf8("old"));
    assertThat(copy(anyOrder.imported(bySink("old", "unfit"), edited("k", utf8("mended")))).value())
        .isEqualTo(utf8("mended"));
    assertThat(why(anyOrder.redriven(bySink(null, "refused")))).contains("delete a newer row");
    assertThat(why(anyOrder.imported(bySink("old", "unfit"), edited("k", null))))
        .contains("delete a newer row");
  }

  /** No sink knows the word of a release: sent with it, the record would only come back. */
  @Test
  void whatASinkCantProveGetsAnIdOfItsOwn() {
    Resend anyOrder = resend.with(Resend.SinkTables.TAKE_ANY_ORDER);
    for (String reason : List.of(Dedupe.UNPROVABLE, Dedupe.ALTERED)) {
      SetAsideRecord record = bySink("old", reason);

      assertThat(why(anyOrder.releasedAsNew(record, OPERATOR)))
          .contains(reason + ", says a sink", "export it, give it an event ID of its own");
      assertThat(why(anyOrder.redriven(record))).contains("export it", "import it");
      assertThat(copy(anyOrder.imported(record, edited("k", utf8("with an ID of its own")))))
          .isNotNull();
    }
  }

  @Test
  void whatCameFromAReprocessStaysSinceNobodyReadsBehindItsEnd() {
    Resend anyOrder = resend.with(Resend.SinkTables.TAKE_ANY_ORDER);
    SetAsideRecord record = bySink("entries.r12-0a1b2c3d", "old", "refused");
    String why =
        "topic entries.r12-0a1b2c3d belongs to a reprocess that is over or has an end: "
            + "reprocess again";

    assertThat(why(resend.redriven(record))).isEqualTo(why);
    assertThat(why(anyOrder.redriven(record))).isEqualTo(why);
    assertThat(why(anyOrder.releasedAsNew(record, OPERATOR))).isEqualTo(why);
    assertThat(why(anyOrder.imported(record, edited("k", utf8("mended"))))).isEqualTo(why);
    // A live topic whose name only begins or ends alike.
    for (String live : List.of("entries.r12", "entries.r12-0a1b2c3d.old", "r12-0a1b2c3d")) {
      assertThat(copy(anyOrder.redriven(bySink(live, "old", "refused"))).topic()).isEqualTo(live);
    }
  }

  private static ExportLine.Edited edited(String key, byte[] value) {
    return new ExportLine.Edited("id", new Place(0, 5), utf8(key), value, new RecordHeaders());
  }

  @Test
  void anEditedRecordGoesToItsPartitionOnlyUnderItsOwnKey() {
    SetAsideRecord record = TestingRecords.of(5, "unreadable", "e1");
    Headers headers = new RecordHeaders().add("ce_id", utf8("e2"));
    Place place = Place.of(record);

    ProducerRecord<byte[], byte[]> sameKey =
        copy(
            resend.imported(
                record, new ExportLine.Edited("id", place, utf8("key-e1"), utf8("new"), headers)));
    ProducerRecord<byte[], byte[]> otherKey =
        copy(
            resend.imported(
                record, new ExportLine.Edited("id", place, utf8("k"), utf8("new"), headers)));

    assertThat(sameKey.partition()).isEqualTo(3);
    assertThat(sameKey.value()).isEqualTo(utf8("new"));
    assertThat(headers(sameKey)).containsEntry("ce_id", "e2").doesNotContainKey("trace");
    assertThat(otherKey.partition()).isNull();
  }
}
