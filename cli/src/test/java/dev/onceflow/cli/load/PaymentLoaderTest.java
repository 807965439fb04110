package dev.onceflow.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.load.mapping.Mapping;
import dev.onceflow.cli.load.sample.SampleEvents;
import dev.onceflow.cli.load.source.Damage;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.PaymentSource;
import dev.onceflow.cli.load.source.Reason;
import dev.onceflow.schemas.event.CloudEventHeaders;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentLoaderTest {
  private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");
  private static final Serializer<PaymentEvent> TEXT =
      (topic, event) -> (topic + " " + event).getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  private final MockProducer<byte[], byte[]> producer = producer(true);
  private final List<LoadProgress> progress = new ArrayList<>();

  private static MockProducer<byte[], byte[]> producer(boolean autoComplete) {
    return new MockProducer<>(
        autoComplete, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private LoadResult load(PaymentSource source) {
    return load(source, new KafkaDelivery(producer, TEXT));
  }

  private LoadResult load(PaymentSource source, Delivery delivery) {
    return new PaymentLoader(delivery).load(source, rejects(), progress::add);
  }

  private Path rejects() {
    return directory.resolve("rejects.csv");
  }

  private static PaymentEvent event(String id) {
    return new PaymentEvent(
        id, "payment-" + id, "account", "shop", PaymentKind.SALE, 5L, "GBP", AT, null);
  }

  private static Item.Refused refused(long line, String raw) {
    return new Item.Refused(line, "amount", Reason.BAD_NUMBER, "'x' is no number", raw);
  }

  /** A source of what a test gives. */
  private record TestingSource(Iterator<Item> items) implements PaymentSource {
    TestingSource(Item... items) {
      this(List.of(items).iterator());
    }

    @Override
    public String origin() {
      return "test/source";
    }

    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Item next() {
      return items.next();
    }

    @Override
    public void close() {}
  }

  @Test
  void aPaymentIsKeyedByItsIdAndCarriesItsEnvelope() {
    load(new TestingSource(new Item.Payment(2, event("e1"))));

    ProducerRecord<byte[], byte[]> record = producer.history().get(0);
    assertThat(record.topic()).isEqualTo("payments");
    assertThat(record.partition()).isNull();
    assertThat(record.timestamp()).isNull();
    assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("payment-e1");
    assertThat(record.value()).isEqualTo(TEXT.serialize("payments", event("e1")));
    assertThat(record.headers().toArray())
        .extracting(Header::key, header -> new String(header.value(), StandardCharsets.UTF_8))
        .containsExactly(
            tuple(CloudEventHeaders.ID, "e1"),
            tuple(CloudEventHeaders.SOURCE, "test/source"),
            tuple(CloudEventHeaders.SPEC_VERSION, "1.0"),
            tuple(CloudEventHeaders.TYPE, "dev.onceflow.payment.sale.v1"),
            tuple(CloudEventHeaders.TIME, "2026-01-31T12:00:00Z"));
  }

  @Test
  void refusedLinesGoWholeToTheirFileAndTheLoadGoesOn() throws IOException {
    LoadResult result =
        load(
            new TestingSource(
                refused(2, "a,\"x\ny\""),
                new Item.Payment(4, event("e1")),
                refused(5, "b,x"),
                new Item.Payment(6, event("e2"))));

    assertThat(result.read()).isEqualTo(4);
    assertThat(result.mapped()).isEqualTo(2);
    assertThat(result.sent()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(2);
    assertThat(result.reasons()).isEqualTo(Map.of(Reason.BAD_NUMBER, 2L));
    assertThat(result.totals())
        .containsExactly(new LoadResult.Total(PaymentKind.SALE, "GBP", 2, 10));
    assertThat(result.rejectsFile()).isEqualTo(rejects());
    assertThat(Files.readString(rejects()).replace("\r\n", "\n"))
        .isEqualTo(
            """
            line,column,reason,raw
            2,amount,not a number: 'x' is no number,"a,""x
            y\"""
            5,amount,not a number: 'x' is no number,"b,x"
            """);
    assertThat(progress).last().isEqualTo(new LoadProgress(4, 2, 2));
  }

  @Test
  void theRejectsFileNeverSpeaksOfAnEarlierLoad() throws IOException {
    load(new TestingSource(new Item.Payment(1, event("e1"))));
    assertThat(rejects()).doesNotExist();
    load(new TestingSource(refused(1, "x")));
    assertThat(Files.readAllLines(rejects())).hasSize(2);

    load(new TestingSource(new Item.Payment(1, event("e1"))));

    assertThat(Files.readAllLines(rejects())).hasSize(1);
  }

  @Test
  void damagedPaymentsAreSentDamaged() {
    load(new TestingSource(new Item.Damaged(1, event("e1"), Damage.WRONG_MAGIC)));

    byte[] whole = TEXT.serialize("payments", event("e1"));
    assertThat(producer.history().get(0).value()).isEqualTo(Damage.WRONG_MAGIC.apply(whole));
  }

  @Test
  void loadingTwiceSendsTheSameRecords() {
    load(new SampleEvents(2_000, 9));
    load(new SampleEvents(2_000, 9));

    List<ProducerRecord<byte[], byte[]>> history = producer.history();
    assertThat(history).hasSize(4_000);
    for (int i = 0; i < 2_000; i++) {
      ProducerRecord<byte[], byte[]> first = history.get(i);
      ProducerRecord<byte[], byte[]> second = history.get(i + 2_000);
      assertThat(second.key()).isEqualTo(first.key());
      assertThat(second.value()).isEqualTo(first.value());
      assertThat(second.headers()).isEqualTo(first.headers());
    }
  }

  @Test
  void whatKafkaDoesNotTakeFailsTheLoadAndSaysHowToGoOn() {
    MockProducer<byte[], byte[]> failing = producer(false);
    Item[] items = {new Item.Payment(1, event("e1")), new Item.Payment(2, event("e2"))};
    Iterator<Item> asked =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            if (next == 1) {
              failing.errorNext(new TimeoutException("Expiring 1 record(s)"));
            }
            return next < items.length;
          }

          @Override
          public Item next() {
            return items[next++];
          }
        };

    assertThatThrownBy(() -> load(new TestingSource(asked), new KafkaDelivery(failing, TEXT)))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "Kafka did not take a payment: Expiring 1 record(s)%n0 payments arrived. Run the same load again: they keep their event IDs, so none counts twice."
                .formatted());
  }

  @Test
  void aRegistryThatIsAwayFailsTheLoad() {
    Serializer<PaymentEvent> away =
        (topic, event) -> {
          throw new RetriableException("http://localhost:8081 can't be reached") {
            private static final long serialVersionUID = 1L;
          };
        };

    assertThatThrownBy(
            () ->
                load(
                    new TestingSource(new Item.Payment(1, event("e1"))),
                    new KafkaDelivery(producer, away)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("http://localhost:8081 can't be reached; check --schema-registry");
  }

  @Test
  void aFileThatBreaksOffFailsTheLoadAndSaysWhere() {
    Iterator<Item> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            throw new UncheckedIOException(new IOException("Unexpected end of ZLIB input stream"));
          }

          @Override
          public Item next() {
            throw new AssertionError();
          }
        };

    assertThatThrownBy(() -> load(new TestingSource(broken)))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "The input can't be read on after 0 lines: Unexpected end of ZLIB input stream. Once it can be, run the same load again: nothing counts twice.");
  }

  @Test
  void aRejectsFileThatCanNotBeWrittenFailsTheLoad() {
    Path nowhere = directory.resolve("none").resolve("rejects.csv");

    assertThatThrownBy(
            () ->
                new PaymentLoader(Delivery.none())
                    .load(new TestingSource(refused(1, "x")), nowhere, progress::add))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("give another place for the refused lines with --rejects");
  }

  @Test
  void aFileIsLoadedThroughItsMapping() throws IOException {
    Path input =
        Files.writeString(
            directory.resolve("input.csv"),
            """
            line,invoice_no,quantity,invoice_date,unit_price,customer_id
            1,A1,2,2010-12-01T08:26:00Z,2.55,
            2,A1,0,2010-12-01T08:26:00Z,2.55,17850
            """);

    try (PaymentSource source =
        Mapping.read(Path.of("..", "examples", "online-retail.yaml")).open(input)) {
      LoadResult result = load(source);

      assertThat(result.sent()).isEqualTo(1);
      assertThat(result.reasons()).isEqualTo(Map.of(Reason.ZERO_AMOUNT, 1L));
    }
  }
}
