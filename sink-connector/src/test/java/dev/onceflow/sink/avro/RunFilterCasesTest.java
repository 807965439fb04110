package dev.onceflow.sink.avro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onceflow.sink.record.RecordShape;
import dev.onceflow.sink.record.RunFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of cases that the plan's counting is tested by, too (cli, {@code RecordFilterTest}):
 * what a plan says is taken or left is so for the connector, whichever converters it may have.
 */
class RunFilterCasesTest {
  private static final String CASES = "/dev/onceflow/sink/record/run-filter-cases.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Named<JsonNode>> cases() throws IOException {
    try (InputStream in = RunFilterCasesTest.class.getResourceAsStream(CASES)) {
      List<Named<JsonNode>> cases = new ArrayList<>();
      JSON.readTree(in).forEach(each -> cases.add(Named.of(each.path("name").asText(), each)));
      return cases.stream();
    }
  }

  /** How a connector may get keys and headers. */
  private enum Converters {
    TEXT,
    BYTES,
    SIMPLE_HEADERS
  }

  @ParameterizedTest
  @MethodSource("cases")
  void connectorTakesWhatThePlanSays(JsonNode wanted) throws IOException {
    String expected = wanted.path("connector").asText(wanted.path("plan").asText());
    for (Converters converters : Converters.values()) {
      boolean isKnown = wanted.path("converters").asText().equals("text");
      if (!expected.equals("any") && !(isKnown && converters == Converters.SIMPLE_HEADERS)) {
        assertThat(answer(wanted, record(wanted, converters)))
            .as(converters.name())
            .isEqualTo(expected);
      }
    }
  }

  private static String answer(JsonNode wanted, SinkRecord record) {
    AvroShape avro =
        new AvroShape(
            id ->
                new org.apache.avro.Schema.Parser()
                    .parse(wanted.path("avro").path("schema").toString()),
            RecordShape.PLAIN);
    RecordShape shape =
        RunFilter.parse(wanted.path("setting").asText())
            .orElseThrow()
            .of(wanted.has("avro") ? avro : RecordShape.PLAIN);
    try {
      return shape.read(record) == null ? "left" : "taken";
    } catch (ConnectException e) {
      assertThat(e).hasMessageContaining("run.filter: record topic-0@5");
      return "stops";
    }
  }

  private static SinkRecord record(JsonNode wanted, Converters converters) throws IOException {
    String key = wanted.path("key").textValue();
    ConnectHeaders headers = new ConnectHeaders();
    for (JsonNode header : wanted.path("headers")) {
      headers.add(header.get(0).asText(), header(header.get(1), converters));
    }
    boolean isText = converters != Converters.BYTES;
    return new SinkRecord(
        "topic",
        0,
        isText ? Schema.OPTIONAL_STRING_SCHEMA : Schema.OPTIONAL_BYTES_SCHEMA,
        isText || key == null ? key : key.getBytes(StandardCharsets.UTF_8),
        null,
        wanted.has("avro") ? avro(wanted.get("avro")) : untyped(wanted.get("value")),
        5,
        null,
        null,
        headers);
  }

  private static SchemaAndValue header(JsonNode text, Converters converters) {
    byte[] bytes = text.isNull() ? null : text.asText().getBytes(StandardCharsets.UTF_8);
    if (converters == Converters.BYTES) {
      return new SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, bytes);
    }
    try (HeaderConverter converter =
        converters == Converters.TEXT ? new StringConverter() : new SimpleHeaderConverter()) {
      return converter.toConnectHeader("topic", "header", bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As Connect's JsonConverter without schemas gives it. */
  private static Object untyped(JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isObject()) {
      Map<String, Object> map = new HashMap<>();
      node.properties().forEach(field -> map.put(field.getKey(), untyped(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(element -> list.add(untyped(element)));
      return list;
    }
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
    }
    return node.isNumber()
        ? node.doubleValue()
        : node.isBoolean() ? node.asBoolean() : node.asText();
  }

  private static byte[] avro(JsonNode wanted) throws IOException {
    org.apache.avro.Schema schema =
        new org.apache.avro.Schema.Parser().parse(wanted.get("schema").toString());
    Object datum =
        new GenericDatumReader<>(schema)
            .read(null, DecoderFactory.get().jsonDecoder(schema, wanted.get("value").toString()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {0, 0, 0, 0, 1});
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @Test
  void whatIsNoConditionIsRefused() {
    assertThat(
            Stream.of(
                "",
                "header:region",
                "header:=eu",
                "header:region=eu,",
                "region=eu",
                "key:region=eu",
                "record:key!=A1",
                "record:offset=5",
                "envelope:op=c",
                "header:region=%zz",
                "input:payments-0=5",
                "input:payments=0..5",
                "input:payments-0=5..4",
                "input:payments-0=-1..4",
                "input:payments-0!=0..5",
                "input:payments-0=0..5,input:payments-0=5..9",
                " header:region=eu"))
        .allMatch(text -> RunFilter.parse(text).isEmpty());
  }
}
