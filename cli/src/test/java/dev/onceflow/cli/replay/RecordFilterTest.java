package dev.onceflow.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * By the table of cases that the sink's run.filter is tested by, too ({@code RunFilterCasesTest}):
 * the modules must not know each other, and must mean the same records.
 */
class RecordFilterTest {
  private static final Path CASES =
      Path.of(
          "..", "sink-connector/src/test/resources/dev/onceflow/sink/record/run-filter-cases.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RecordFilter.Converters TEXT = new RecordFilter.Converters(true, true, true);
  private static final RecordFilter.Converters UNKNOWN =
      new RecordFilter.Converters(false, false, false);

  static Stream<Named<JsonNode>> cases() throws IOException {
    List<Named<JsonNode>> cases = new ArrayList<>();
    JSON.readTree(CASES.toFile())
        .forEach(each -> cases.add(Named.of(each.path("name").asText(), each)));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void planTakesWhatTheConnectorTakes(JsonNode wanted) throws IOException {
    RecordFilter filter = filter(wanted);
    boolean isKnown = wanted.path("converters").asText().equals("text");

    assertThat(filter.setting()).contains(wanted.path("setting").asText());
    assertThat(filter.answer(fields(wanted), isKnown ? TEXT : UNKNOWN))
        .hasToString(wanted.path("plan").asText().toUpperCase(Locale.ROOT));
  }

  private static RecordFilter filter(JsonNode wanted) {
    List<String> keys = new ArrayList<>();
    wanted.path("keys").forEach(key -> keys.add(key.asText()));
    List<String> only = new ArrayList<>();
    wanted.path("only").forEach(condition -> only.add(condition.asText()));
    List<Range> inputs = new ArrayList<>();
    wanted
        .path("inputs")
        .forEach(
            each ->
                inputs.add(
                    TestingSink.range(
                        each.get(0).asText(),
                        each.get(1).asInt(),
                        each.get(2).asLong(),
                        each.get(3).asLong())));
    return RecordFilter.of(keys, only).madeOf(InputRanges.of(inputs));
  }

  private static Fields fields(JsonNode wanted) throws IOException {
    Object avro = wanted.has("avro") ? avro(wanted.get("avro")) : null;
    boolean hasValue = wanted.has("avro") || wanted.has("value");
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "topic",
            0,
            5,
            bytes(wanted.path("key").textValue()),
            hasValue ? bytes(wanted.path("value").toString()) : null);
    for (JsonNode header : wanted.path("headers")) {
      record.headers().add(header.get(0).asText(), bytes(header.get(1).textValue()));
    }
    return new Fields(
        record,
        avro == null
            ? new Values(Optional.empty())::decode
            : r -> new Values.Decoded(avro, Optional.empty()));
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static Object avro(JsonNode wanted) throws IOException {
    Schema schema = new Schema.Parser().parse(wanted.get("schema").toString());
    return new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().jsonDecoder(schema, wanted.get("value").toString()));
  }

  @Test
  void jsonWithItsSchemaIsReadByIt() {
    String schema =
        """
        {"type":"struct","fields":[{"field":"region","type":"string","optional":true},
        {"field":"zone","type":"string","optional":true,"default":"eu"},
        {"field":"at","type":"int64","name":"org.apache.kafka.connect.data.Timestamp"},
        {"field":"shop","type":"struct","fields":[{"field":"n","type":"int32"}]},
        {"field":"labels","type":"map","keys":{"type":"string"},"values":{"type":"string"}}]}""";
    String payload =
        """
        {"region":"eu","zone":null,"at":5,"shop":{"n":7},"labels":{"tier":"gold"},"extra":"x"}""";
    String value = "{\"schema\":%s,\"payload\":%s}".formatted(schema, payload);

    assertThat(answer(value, "field:region=eu", TEXT)).isEqualTo(RecordFilter.Answer.TAKEN);
    assertThat(answer(value, "field:shop.n=7", TEXT)).isEqualTo(RecordFilter.Answer.TAKEN);
    assertThat(answer(value, "field:labels.tier=gold", TEXT)).isEqualTo(RecordFilter.Answer.TAKEN);
    // Not in the schema, so the converter drops it.
    assertThat(answer(value, "field:extra=x", TEXT)).isEqualTo(RecordFilter.Answer.LEFT);
    // The converter puts the default there, unless it is told not to.
    assertThat(answer(value, "field:zone=eu", TEXT)).isEqualTo(RecordFilter.Answer.UNTOLD);
    assertThat(answer(value, "field:at=5", TEXT)).isEqualTo(RecordFilter.Answer.UNTOLD);
    assertThat(answer(value, "field:region=eu", UNKNOWN)).isEqualTo(RecordFilter.Answer.UNTOLD);
  }

  private static RecordFilter.Answer answer(
      String value, String condition, RecordFilter.Converters converters) {
    Fields record =
        new Fields(
            new ConsumerRecord<>("topic", 0, 5, null, bytes(value)),
            new Values(Optional.empty())::decode);
    return RecordFilter.of(List.of(), List.of(condition)).answer(record, converters);
  }

  @Test
  void requestIsKnownAgainInWhateverOrderItIsGiven() {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    RecordFilter filter = RecordFilter.of(List.of("B", "A"), List.of("header:b=1", "field:a!=2"));
    filter.addTo(request);

    assertThat(RecordFilter.of(request)).isEqualTo(filter);
    assertThat(RecordFilter.of(List.of("A", "B", "A"), List.of("field:a!=2", "header:b=1")))
        .isEqualTo(filter);
    assertThat(RecordFilter.of(JsonNodeFactory.instance.objectNode())).isEqualTo(RecordFilter.ALL);
  }
}
