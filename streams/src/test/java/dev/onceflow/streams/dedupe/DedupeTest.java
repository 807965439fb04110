package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.streams.route.Arrival;
import dev.onceflow.streams.route.Event;
import dev.onceflow.streams.route.Parse;
import dev.onceflow.streams.route.Parsed;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.CountVerdicts;
import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupeTest {
  private TopologyTestDriver driver;
  private long offset;
  private volatile String answer = "apply";

  /** Events are {@code ID=TEXT}; the handler does what {@link #answer} says. */
  private final class Handler implements EventHandler<String> {
    private KeyValueStore<String, String> texts;

    @Override
    public void open(HandlerStores stores) {
      texts = stores.keyValue("texts");
    }

    @Override
    public Decision handle(Event<String> event) {
      List<Effect> effects =
          List.of(
              new Effect.Put<>(texts, event.id(), event.value()),
              new Effect.Emit("out", event.id(), event.value(), new RecordHeaders()));
      return switch (answer) {
        case "apply" -> Decision.applied(effects);
        case "reject" -> Decision.rejected(List.of());
        case "dlq" -> Decision.dlq("too-hard", "why");
        case "quarantine" -> Decision.quarantined("unsure", null);
        default -> throw new IllegalStateException("a bug");
      };
    }
  }

  @BeforeEach
  void start(@TempDir Path stateDir) {
    ByteArrayDeserializer in = new ByteArrayDeserializer();
    ByteArraySerializer out = new ByteArraySerializer();
    Topology topology =
        new Topology()
            .addSource(AutoOffsetReset.earliest(), "source", new Arrival(), in, in, "in")
            .addProcessor(
                "parse",
                new Parse<String>(
                    () -> (topic, record) -> parse(record.value()),
                    new Parse.Routes("dedupe", "dlq", "verdicts")),
                "source")
            .addProcessor(
                "dedupe",
                Dedupe.<String>byEventId(
                    "memory", Handler::new, new Dedupe.Routes("quarantine", "dlq", "verdicts")),
                "parse")
            .addProcessor("verdicts", new CountVerdicts("counts"), "parse", "dedupe")
            .addStateStore(Dedupe.memory("memory"), "dedupe")
            .addStateStore(
                Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("texts"), Serdes.String(), Serdes.String()),
                "dedupe")
            .addStateStore(
                CountVerdicts.store(
                    "counts",
                    Serdes.serdeFrom(
                        (topic, tally) -> text(tally), (topic, bytes) -> tally(bytes))),
                "verdicts")
            .addSink("out", "out", new StringSerializer(), new StringSerializer(), "dedupe")
            .addSink("quarantine", "quarantine", out, out, "dedupe")
            .addSink("dlq", "dlq", out, out, "parse", "dedupe");
    Properties config = new Properties();
    config.put("application.id", "test");
    config.put("bootstrap.servers", "unused:1");
    config.put("state.dir", stateDir.toString());
    driver = new TopologyTestDriver(topology, config);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void anEventTakesEffectOnceHoweverOftenItComes() {
    send("a=1");
    send("a=1");
    send("b=1");

    assertThat(out()).containsExactly("1", "1");
    assertThat(counts()).isEqualTo(new Tally(3, 2, 0, 1, 0, 0, 3));
  }

  @Test
  void aRejectedEventIsADuplicateWhenItComesAgain() {
    answer = "reject";
    send("a=1");
    answer = "apply";
    send("a=1");

    assertThat(out()).isEmpty();
    assertThat(counts()).isEqualTo(new Tally(2, 0, 1, 1, 0, 0, 2));
  }

  @Test
  void anAlteredEventNeverReplacesWhatWasDecided() {
    send("a=1");
    send("a=2");
    send("a=1");

    assertThat(out()).containsExactly("1");
    assertThat(reasons("quarantine")).containsExactly("altered");
    assertThat(counts()).isEqualTo(new Tally(3, 1, 0, 1, 1, 0, 3));
  }

  @Test
  void whatWentAsideTakesEffectWhenItIsRedriven() {
    answer = "dlq";
    send("a=1");
    answer = "quarantine";
    send("a=1");
    answer = "apply";
    send("a=1");
    send("a=1");

    assertThat(out()).containsExactly("1");
    assertThat(reasons("dlq")).containsExactly("too-hard");
    assertThat(reasons("quarantine")).containsExactly("unsure");
    assertThat(counts()).isEqualTo(new Tally(4, 1, 0, 1, 1, 1, 4));
  }

  @Test
  void aHandlerThatThrowsLeavesNothingBehind() {
    answer = "throw";

    assertThatThrownBy(() -> send("a=1")).hasRootCauseMessage("a bug");

    assertThat(driver.<String, String>getKeyValueStore("texts").get("a")).isNull();
    assertThat(driver.getKeyValueStore("memory").approximateNumEntries()).isZero();
    assertThat(out()).isEmpty();
  }

  @Test
  void unreadableRecordsAreCountedToo() {
    send("no event");

    assertThat(reasons("dlq")).containsExactly("no-id");
    assertThat(counts()).isEqualTo(new Tally(1, 0, 0, 0, 0, 1, 1));
  }

  private static Parsed<String> parse(byte[] value) {
    String[] parts = new String(value, StandardCharsets.UTF_8).split("=", 2);
    return parts.length == 2
        ? new Parsed.Ok<>(parts[0], parts[1])
        : new Parsed.Bad<>("no-id", "expected ID=TEXT");
  }

  private void send(String value) {
    driver
        .createInputTopic("in", new StringSerializer(), new StringSerializer())
        .pipeInput(new TestRecord<>("k", value, new RecordHeaders(), 1_000L + offset++));
  }

  private List<String> out() {
    return driver
        .createOutputTopic("out", new StringDeserializer(), new StringDeserializer())
        .readValuesToList();
  }

  private List<String> reasons(String topic) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new StringDeserializer())
        .readRecordsToList()
        .stream()
        .map(TestRecord::headers)
        .map(headers -> headers.lastHeader(SetAside.REASON).value())
        .map(reason -> new String(reason, StandardCharsets.UTF_8))
        .toList();
  }

  private Tally counts() {
    return driver.<Integer, Tally>getKeyValueStore("counts").get(0);
  }

  private static byte[] text(Tally t) {
    return "%d %d %d %d %d %d %d"
        .formatted(
            t.read(),
            t.applied(),
            t.rejected(),
            t.duplicate(),
            t.quarantined(),
            t.dlq(),
            t.nextOffset())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Tally tally(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    long[] n =
        List.of(new String(bytes, StandardCharsets.UTF_8).split(" ", -1)).stream()
            .mapToLong(Long::parseLong)
            .toArray();
    return new Tally(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
  }
}
