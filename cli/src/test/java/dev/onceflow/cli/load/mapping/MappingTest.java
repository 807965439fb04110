package dev.onceflow.cli.load.mapping;

import static dev.onceflow.cli.load.mapping.TestFiles.AT;
import static dev.onceflow.cli.load.mapping.TestFiles.COLUMNS;
import static dev.onceflow.cli.load.mapping.TestFiles.EVENT;
import static dev.onceflow.cli.load.mapping.TestFiles.event;
import static dev.onceflow.cli.load.mapping.TestFiles.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.Reason;
import dev.onceflow.schemas.event.EventIds;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingTest {
  @TempDir private Path directory;
  private TestFiles files;

  @BeforeEach
  void files() {
    files = new TestFiles(directory);
  }

  private Item one(String mapping, String input) {
    List<Item> items = files.read(mapping, input);
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  private Item line(String who, String amount, String at) {
    return one(COLUMNS + EVENT, "who,amount,at\n%s,%s,%s\n".formatted(who, amount, at));
  }

  @Test
  void everyFieldComesFromWhereTheMappingSays() {
    String mapping =
        """
        source: shop/export
        format: csv
        separator: ;
        columns:
          id: text
          who: {type: text, from: Customer Name}
          price: decimal
          at: time
        let:
          cents: {expression: price * 100, scale: 0, rounding: half-up}
        event:
          event_id: {column: id}
          payment_id: {expression: "'p-' + id"}
          account_id: {column: who}
          merchant_id: {constant: shop}
          kind: {expression: "cents > 0 ? 'sale' : 'CREDIT'"}
          amount_minor: {expression: "cents < 0 ? -cents : cents"}
          currency: {constant: EUR}
          occurred_at: {column: at}
          reference: {column: id}
        """;

    PaymentEvent event =
        event(one(mapping, "at;Customer Name;price;id\n" + AT + ";Zoë;12.345;7\n"));

    assertThat(event)
        .isEqualTo(
            new PaymentEvent(
                "7", "p-7", "Zoë", "shop", PaymentKind.SALE, 1235L, "EUR", Instant.parse(AT), "7"));
  }

  @Test
  void negativeAmountsCanBeCredits() {
    String mapping =
        COLUMNS
            + EVENT
                .replace("{constant: SALE}", "{expression: \"amount > 0 ? 'SALE' : 'CREDIT'\"}")
                .replace("{column: amount}", "{expression: 'amount < 0 ? -amount : amount'}");

    PaymentEvent event = event(one(mapping, "who,amount,at\na,-5," + AT + "\n"));

    assertThat(event.getKind()).isEqualTo(PaymentKind.CREDIT);
    assertThat(event.getAmountMinor()).isEqualTo(5);
  }

  @Test
  void defaultsStandInForEmptyCellsAndOptionalOnesStayEmpty() {
    String mapping =
        COLUMNS.replace(
                "who: text",
                "who: {type: text, default: unknown}\n  note: {type: text, optional: true}")
            + EVENT
            + "  reference: {column: note}\n";

    PaymentEvent event = event(one(mapping, "who,note,amount,at\n ,,5," + AT + "\n"));

    assertThat(event.getAccountId()).isEqualTo("unknown");
    assertThat(event.getReference()).isNull();
  }

  @Test
  void timesAreReadInTheirFormatAndZone() {
    assertThat(at("{type: time}", "2026-07-01T12:00:00+02:00")).isEqualTo("2026-07-01T10:00:00Z");
    assertThat(at("{type: time, zone: Europe/London}", "2026-07-01T12:00:00"))
        .isEqualTo("2026-07-01T11:00:00Z");
    assertThat(at("{type: time, format: epoch-millis}", "1500"))
        .isEqualTo("1970-01-01T00:00:01.5Z");
    assertThat(at("{type: time, format: epoch-seconds}", "1.5"))
        .isEqualTo("1970-01-01T00:00:01.5Z");
    assertThat(
            at("{type: time, format: dd/MM/yyyy HH:mm, zone: Europe/London}", "01/07/2026 12:30"))
        .isEqualTo("2026-07-01T11:30:00Z");
    assertThat(at("{type: time, format: d MMM uuuu, zone: UTC}", "3 feb 2026"))
        .isEqualTo("2026-02-03T00:00:00Z");
    assertThat(at("{type: time, format: 'yyyy-MM-dd HH:mm XXX'}", "2026-07-01 12:30 -01:00"))
        .isEqualTo("2026-07-01T13:30:00Z");
  }

  private Instant at(String type, String text) {
    String mapping = COLUMNS.replace("at: time", "at: " + type) + EVENT;
    return event(one(mapping, "who,amount,at\na,5," + text + "\n")).getOccurredAt();
  }

  @Test
  void datesThatDoNotExistAreNoTimes() {
    String mapping =
        COLUMNS.replace("at: time", "at: {type: time, format: dd/MM/yyyy, zone: UTC}") + EVENT;

    Item.Refused refused = refused(one(mapping, "who,amount,at\na,5,31/02/2026\n"));

    assertThat(refused.reason()).isEqualTo(Reason.BAD_TIME);
    assertThat(refused.detail()).isEqualTo("'31/02/2026' is not a time in the format dd/MM/yyyy");
  }

  @Test
  void linesThatAreNoPaymentsAreRefusedWithTheirReason() {
    assertRefused(line("a", "0.00", AT), "amount_minor", Reason.ZERO_AMOUNT, "nothing was paid");
    assertRefused(
        line("a", "-5", AT), "amount_minor", Reason.NEGATIVE_AMOUNT, "-5 must be greater");
    assertRefused(line("a", "1.5", AT), "amount_minor", Reason.FRACTIONAL_AMOUNT, "1.5 is not in");
    assertRefused(line("a", "1e19", AT), "amount_minor", Reason.AMOUNT_TOO_LARGE, "is above");
    assertRefused(line("a", "12,5", AT), "", Reason.COLUMN_COUNT, "4 columns, the header has 3");
    assertRefused(line("a", "five", AT), "amount", Reason.BAD_NUMBER, "'five' is not a decimal");
    assertRefused(line("a", "1e999999999", AT), "amount", Reason.BAD_NUMBER, "'1e999999999' is");
    assertRefused(line("", "5", AT), "who", Reason.EMPTY, "the column is empty");
    assertRefused(line("a", "5", "yesterday"), "at", Reason.BAD_TIME, "format iso, with a zone");
    assertRefused(line("a", "5", "2026-01-31T12:00:00"), "at", Reason.BAD_TIME, "with a zone");
    assertRefused(
        line("a", "5", "+999999999-01-01T00:00:00Z"), "at", Reason.BAD_TIME, "is not a time");
  }

  @Test
  void kindsAndCurrenciesOfALineAreChecked() {
    String kind = COLUMNS + EVENT.replace("kind: {constant: SALE}", "kind: {column: who}");
    String currency =
        COLUMNS + EVENT.replace("currency: {constant: GBP}", "currency: {column: who}");
    String input = "who,amount,at\nXAU,5," + AT + "\n";

    assertRefused(one(kind, input), "kind", Reason.UNKNOWN_KIND, "'XAU' is none of [AUTHORIZE,");
    assertRefused(one(currency, input), "currency", Reason.UNKNOWN_CURRENCY, "'XAU' is not a");
  }

  @Test
  void expressionsThatFailForALineRefuseIt() {
    String division = "{expression: 100 / amount}";
    String optional = COLUMNS.replace("amount: decimal", "amount: {type: decimal, optional: true}");
    String mapping = optional + EVENT.replace("{column: amount}", division);

    assertRefused(
        one(mapping, "who,amount,at\na,0," + AT + "\n"),
        "amount_minor",
        Reason.EXPRESSION,
        "'100 / amount': Division by zero");
    assertRefused(
        one(mapping, "who,amount,at\na,," + AT + "\n"),
        "amount_minor",
        Reason.EXPRESSION,
        "'100 / amount': amount is empty");
  }

  @Test
  void bytesThatAreNoTextAreRefusedAndReadWithTheRightCharset() throws IOException {
    String text = "who,amount,at\nZo\u00eb,5," + AT + "\n";
    Path input =
        Files.write(directory.resolve("latin"), text.getBytes(StandardCharsets.ISO_8859_1));
    Mapping utf8 = Mapping.read(files.write("utf8.yaml", COLUMNS + EVENT));
    Mapping latin1 =
        Mapping.read(files.write("latin1.yaml", "charset: ISO-8859-1\n" + COLUMNS + EVENT));

    assertRefused(
        TestFiles.read(utf8, input).get(0), "who", Reason.BAD_TEXT, "state the file's own");
    assertThat(event(TestFiles.read(latin1, input).get(0)).getAccountId()).isEqualTo("Zoë");
  }

  private static void assertRefused(Item item, String column, Reason reason, String detail) {
    Item.Refused refused = refused(item);
    assertThat(refused.column()).isEqualTo(column);
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.detail()).contains(detail);
    assertThat(refused.line()).isEqualTo(2);
    assertThat(refused.raw()).isNotEmpty();
  }

  @Test
  void refusedLinesDoNotStopTheOthers() {
    List<Item> items =
        files.read(
            COLUMNS + EVENT,
            "who,amount,at\na,1,%1$s\na,x,%1$s\n\n\"b\nb\",0,%1$s\r\nc,3,%1$s".formatted(AT));

    assertThat(items).extracting(Item::line).containsExactly(2L, 3L, 5L, 7L);
    assertThat(refused(items.get(1)).raw()).isEqualTo("a,x," + AT);
    assertThat(refused(items.get(2)).raw()).isEqualTo("\"b\nb\",0," + AT);
    assertThat(event(items.get(3)).getAccountId()).isEqualTo("c");
  }

  @Test
  void jsonLinesAreMappedByFieldName() {
    String mapping = COLUMNS.replace("csv", "jsonl") + EVENT;

    List<Item> items =
        files.read(
            mapping,
            """
            {"who": "a", "amount": 1200, "at": "%1$s", "more": {"deep": [1]}}
            {"who": null, "amount": 1, "at": "%1$s"}

            [1]
            {"who": "a", "who": "b", "amount": 1, "at": "%1$s"}
            {"who": "a", "amount": 9007199254740993, "at": "%1$s"}
            {"who": "a"
            """
                .formatted(AT));

    assertThat(event(items.get(0)).getAmountMinor()).isEqualTo(1200);
    assertThat(refused(items.get(1)).reason()).isEqualTo(Reason.EMPTY);
    assertThat(refused(items.get(2)).detail()).isEqualTo("the line is not a JSON object");
    assertThat(refused(items.get(2)).line()).isEqualTo(4);
    assertThat(refused(items.get(3)).reason()).isEqualTo(Reason.BAD_JSON);
    assertThat(event(items.get(4)).getAmountMinor()).isEqualTo(9007199254740993L);
    assertThat(refused(items.get(5)).reason()).isEqualTo(Reason.BAD_JSON);
    assertThat(refused(items.get(5)).raw()).isEqualTo("{\"who\": \"a\"");
    assertThat(items).hasSize(6);
  }

  @Test
  void gzippedFilesAreKnownByTheirFirstBytes() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write("who,amount,at\na,5,%s\n".formatted(AT).getBytes(StandardCharsets.UTF_8));
    }
    Path input = Files.write(directory.resolve("plain.csv"), zipped.toByteArray());
    Mapping mapping = Mapping.read(files.write("mapping.yaml", COLUMNS + EVENT));

    assertThat(event(TestFiles.read(mapping, input).get(0)).getAmountMinor()).isEqualTo(5);
  }

  @Test
  void filesWithoutAHeaderTakeTheMappings() {
    PaymentEvent event = event(one("header: [at, who, amount]\n" + COLUMNS + EVENT, AT + ",a,5\n"));

    assertThat(event.getAmountMinor()).isEqualTo(5);
  }

  @Test
  void loadingAFileAgainGivesTheSameEventsWhateverItIsCalled() {
    String input = "who,amount,at\na,5,%1$s\na,5,%1$s\n".formatted(AT);
    Mapping mapping = Mapping.read(files.write("mapping.yaml", COLUMNS + EVENT));

    List<Item> first = TestFiles.read(mapping, files.write("one.csv", input));
    List<Item> second = TestFiles.read(mapping, files.write("two.csv", input));

    assertThat(second).isEqualTo(first);
    assertThat(first).extracting(item -> event(item).getEventId()).doesNotHaveDuplicates();
    assertThat(first).extracting(item -> event(item).getPaymentId()).doesNotHaveDuplicates();
  }

  @Test
  void derivedIdsCarryTheTimeOfTheEventAndDifferBySourceAndField() {
    String input = "who,amount,at\na,5," + AT + "\n";

    PaymentEvent event = event(one(COLUMNS + EVENT, input));
    PaymentEvent elsewhere =
        event(one(COLUMNS.replace("source: test", "source: other") + EVENT, input));

    assertThat(EventIds.timeMs(event.getEventId())).hasValue(Instant.parse(AT).toEpochMilli());
    assertThat(event.getPaymentId()).isNotEqualTo(event.getEventId());
    assertThat(elsewhere.getEventId()).isNotEqualTo(event.getEventId());
  }

  @Test
  void idsOfNumberedLinesDoNotDependOnTheirPlace() {
    String mapping =
        COLUMNS.replace("who: text", "who: text\n  n: text")
            + EVENT.replace("{id_of: line}", "{id_of: line, column: n}");

    List<Item> whole =
        files.read(mapping, "n,who,amount,at\n1,a,5,%1$s\n2,a,5,%1$s\n".formatted(AT));
    List<Item> rest = files.read(mapping, "n,who,amount,at\n2,a,5,%s\n".formatted(AT));

    assertThat(event(rest.get(0))).isEqualTo(event(whole.get(1)));
  }

  @Test
  void idsOfContentAreTheSameForTheSameContentAlone() {
    String mapping = COLUMNS + EVENT.replace("{id_of: line}", "{id_of: content, except: [n]}");
    String chosen =
        COLUMNS + EVENT.replace("{id_of: line}", "{id_of: content, columns: [who, at]}");
    String input = "n,who,amount,at\n1,a,5,%1$s\n2,a,5,%1$s\n3,a,6,%1$s\n".formatted(AT);
    String moved = "at,n,amount,who\n%1$s,1,5,a\n".formatted(AT);

    List<String> ids = eventIds(files.read(mapping, input));
    List<String> ofChosen = eventIds(files.read(chosen, input));

    assertThat(ids.get(1)).isEqualTo(ids.get(0));
    assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    assertThat(ofChosen).containsOnly(ofChosen.get(0));
    assertThat(eventIds(files.read(mapping, moved))).containsExactly(ids.get(0));
  }

  @Test
  void csvAndJsonLinesOfTheSameContentHaveTheSameId() {
    String mapping = COLUMNS + EVENT.replace("{id_of: line}", "{id_of: content}");

    List<String> csv = eventIds(files.read(mapping, "who,amount,at\na,5,%s\n".formatted(AT)));
    List<String> json =
        eventIds(
            files.read(
                mapping.replace("format: csv", "format: jsonl"),
                "{\"at\": \"%s\", \"amount\": 5, \"who\": \"a\"}".formatted(AT)));

    assertThat(json).isEqualTo(csv);
  }

  private static List<String> eventIds(List<Item> items) {
    return items.stream().map(item -> event(item).getEventId()).toList();
  }
}
