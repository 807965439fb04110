package dev.onceflow.streams.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.streams.dedupe.Decision;
import dev.onceflow.streams.dedupe.DedupeConfig;
import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.RepartitionByEventId;
import dev.onceflow.streams.route.EventDecoder;
import dev.onceflow.streams.route.Parsed;
import dev.onceflow.streams.route.SetAside;
import dev.onceflow.streams.verdict.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepartitionedGraphTest {
  private static final String ID = "id";

  private static final EventDecoder<String> ID_IS_HEADER =
      (topic, record) -> {
        Header id = record.headers().lastHeader(ID);
        return id == null
            ? new Parsed.Bad<>("no-id", "expected a header " + ID)
            : new Parsed.Ok<>(text(id.value()), topic);
      };

  @TempDir private Path stateDir;
  private TopologyTestDriver driver;

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put("application.id", "app");
    settings.put("bootstrap.servers", "unused:1");
    settings.put("state.dir", stateDir.toString());
    driver = new TopologyTestDriver(topology(), settings);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private static EventGraph<String> graph() {
    return EventGraph.reading("in", () -> ID_IS_HEADER)
        .output("out", Map.of(), new StringSerializer(), new StringSerializer())
        .repartitionedByEventId();
  }

  private static Topology topology() {
    return graph()
        .build(
            new DedupeConfig(DedupeConfig.FOREVER, 0),
            () ->
                event ->
                    event.rawValue() == null
                        ? Decision.dlq("no-value", "")
                        : Decision.applied(
                            List.of(new Effect.Emit("out", event.at().toString(), event.value()))));
  }

  @Test
  void everyNodeStoreAndTopicHasItsNameForGood() {
    assertThat(topology().describe().toString().lines().map(String::strip))
        .filteredOn(line -> !line.isEmpty())
        .containsExactlyElementsOf(
            """
            Topologies:
            Sub-topology: 0
            Source: in-source (topics: [in])
            --> in-parse
            Processor: in-parse (stores: [])
            --> in-by-event-id, in-count-parse-verdicts, in-parse-dlq
            <-- in-source
            Processor: in-by-event-id (stores: [])
            --> in-by-event-id-repartition-filter
            <-- in-parse
            Processor: in-by-event-id-repartition-filter (stores: [])
            --> in-by-event-id-repartition-sink
            <-- in-by-event-id
            Sink: in-by-event-id-repartition-sink (topic: in-by-event-id-repartition)
            <-- in-by-event-id-repartition-filter
            Processor: in-count-parse-verdicts (stores: [in-parse-verdicts])
            --> none
            <-- in-parse
            Sink: in-parse-dlq (topic: in-dlq)
            <-- in-parse
            Sub-topology: 1
            Source: in-by-event-id-repartition-source (topics: [in-by-event-id-repartition])
            --> in-parse-carried
            Processor: in-parse-carried (stores: [])
            --> in-dedupe, in-count-verdicts, in-dlq
            <-- in-by-event-id-repartition-source
            Processor: in-dedupe (stores: [in-memory, in-memory-buckets])
            --> in-count-verdicts, in-dlq, in-quarantine, out
            <-- in-parse-carried
            Processor: in-count-verdicts (stores: [in-verdicts])
            --> none
            <-- in-parse-carried, in-dedupe
            Sink: in-dlq (topic: in-dlq)
            <-- in-parse-carried, in-dedupe
            Sink: in-quarantine (topic: in-quarantine)
            <-- in-dedupe
            Sink: out (topic: out)
            <-- in-dedupe
            """
                .lines()
                .toList());
  }

  @Test
  void theRepartitionTopicIsKnownByItsInput() {
    assertThat(graph().repartitioned()).isEqualTo(Map.of("in", "in-by-event-id-repartition"));
  }

  @Test
  void copiesUnderOtherKeysTakeNoEffect() {
    send("k1", "v", withId("a"));
    send("k2", "v", withId("a"));
    send(null, "v", withId("a"));
    send(null, "v", withId("b"));

    assertThat(read("out"))
        .extracting(record -> text(record.key()))
        .containsExactly("in-0-0", "in-0-3");
    assertThat(read("out")).isEmpty();
  }

  @Test
  void whatIsSetAsideBehindTheRepartitionIsTheRecordThatCame() {
    Headers headers = withId("a");
    headers.add("twice", utf8("1"));
    headers.add("onceflow_carried_key", utf8("the record's own"));
    headers.add("twice", null);
    send(null, "v", withId("a"));

    TestRecord<byte[], byte[]> altered = new TestRecord<>(null, utf8("other"), headers, 1_234L);
    pipe(altered);
    TestRecord<byte[], byte[]> tombstone = new TestRecord<>(new byte[0], null, withId("b"), 5L);
    pipe(tombstone);

    assertCameAs(altered, read("in-quarantine"), "1");
    assertCameAs(tombstone, read("in-dlq"), "2");
  }

  private static void assertCameAs(
      TestRecord<byte[], byte[]> came, List<TestRecord<byte[], byte[]>> setAside, String offset) {
    assertThat(setAside).hasSize(1);
    TestRecord<byte[], byte[]> record = setAside.get(0);
    assertThat(record.key()).isEqualTo(came.key());
    assertThat(record.value()).isEqualTo(came.value());
    assertThat(record.timestamp()).isEqualTo(came.timestamp());
    assertThat(Arrays.copyOf(record.headers().toArray(), came.headers().toArray().length))
        .containsExactly(came.headers().toArray());
    assertThat(text(record.headers().lastHeader(SetAside.TOPIC).value())).isEqualTo("in");
    assertThat(text(record.headers().lastHeader(SetAside.PARTITION).value())).isEqualTo("0");
    assertThat(text(record.headers().lastHeader(SetAside.OFFSET).value())).isEqualTo(offset);
  }

  @Test
  void whatCanNotBeReadIsSetAsideBeforeTheRepartition() {
    send("k", "v", new RecordHeaders());

    assertThat(read("in-dlq")).hasSize(1);
    assertThat(read("app-in-by-event-id-repartition")).isEmpty();
  }

  @Test
  void eachRecordIsCountedOnceWhereItEnds() {
    send("k", "v", withId("a"));
    send("k", "v", new RecordHeaders());
    send("k", "v", withId("a"));
    send("k", "altered", withId("a"));
    send("k", null, withId("b"));
    send("k", "v", withId("b"));

    assertThat(driver.<Integer, Tally>getKeyValueStore("in-parse-verdicts").get(0))
        .isEqualTo(new Tally(1, 0, 0, 0, 0, 1, 2));
    assertThat(driver.<Integer, Tally>getKeyValueStore("in-verdicts").get(0))
        .isEqualTo(new Tally(5, 2, 0, 1, 1, 1, 5));
  }

  @Test
  void onlyTheEventIdSaysWhereAnEventGoes() {
    send("k1", "v", withId("a"));
    send("k2", "other", withId("a"));
    String uuid = UUID.randomUUID().toString();
    send("k1", "v", withId(uuid));

    List<byte[]> keys = read("app-in-by-event-id-repartition").stream().map(r -> r.key()).toList();
    assertThat(keys).hasSize(3).allMatch(key -> key.length == 16);
    assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2));
    assertThat(RepartitionByEventId.partitioner().partitions("any", keys.get(0), null, 50))
        .isEqualTo(RepartitionByEventId.partitioner().partitions("any", keys.get(1), null, 50));
  }

  private void send(String key, String value, Headers headers) {
    pipe(
        new TestRecord<>(
            key == null ? null : utf8(key), value == null ? null : utf8(value), headers, 0L));
  }

  private void pipe(TestRecord<byte[], byte[]> record) {
    driver
        .createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(record);
  }

  private List<TestRecord<byte[], byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private static Headers withId(String id) {
    return new RecordHeaders().add(ID, utf8(id));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
