package dev.onceflow.sink.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class LenientJsonTest {
  @Test
  void structKeepsItsNullsAndTheOrderOfItsFields() {
    Schema schema =
        SchemaBuilder.struct()
            .field("z", Schema.INT64_SCHEMA)
            .field("a", SchemaBuilder.string().optional().defaultValue("default").build())
            .build();

    assertThat(LenientJson.of(new Struct(schema).put("z", 1L).put("a", null)))
        .isEqualTo("{\"z\":1,\"a\":null}");
  }

  @Test
  void whatJsonHasNoPlaceForIsWrittenAllTheSame() {
    assertThat(LenientJson.of(Double.NaN)).isEqualTo("\"NaN\"");
    assertThat(LenientJson.of(Float.NEGATIVE_INFINITY)).isEqualTo("\"-Infinity\"");
    assertThat(LenientJson.of("a\u0000\"\\\n\ud800b\ud83d\ude00"))
        .isEqualTo("\"a\\u0000\\\"\\\\\\u000a\\ud800b\ud83d\ude00\"");
    assertThat(LenientJson.of(Map.of(1, true))).isEqualTo("[[1,true]]");
    assertThat(LenientJson.of(Map.of("k", List.of()))).isEqualTo("{\"k\":[]}");
    assertThat(LenientJson.of(Arrays.asList("x", null, 1.5))).isEqualTo("[\"x\",null,1.5]");
  }

  @Test
  void logicalTypesAndBytesAreReadable() {
    assertThat(LenientJson.of(new BigDecimal("12345678901234567890.10")))
        .isEqualTo("12345678901234567890.10");
    assertThat(LenientJson.of(Date.from(Instant.parse("2026-01-02T03:04:05.006Z"))))
        .isEqualTo("\"2026-01-02T03:04:05.006Z\"");
    assertThat(LenientJson.of(new byte[] {0, -1})).isEqualTo("\"AP8=\"");
    assertThat(LenientJson.of(ByteBuffer.wrap(new byte[] {9, 0, -1}, 1, 2))).isEqualTo("\"AP8=\"");
  }
}
