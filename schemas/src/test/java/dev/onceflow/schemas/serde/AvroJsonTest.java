package dev.onceflow.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AvroJsonTest {
  private TestingRegistry registry;
  private AvroJson json;
  private byte[] bytes;

  @BeforeEach
  void writeOne() throws IOException {
    registry = TestingRegistry.overHttp();
    Map<String, ?> config = Map.of("schema.registry.url", registry.url());
    json = new AvroJson(config);
    bytes = new AvroSerdes(config).serializer().serialize("payments", payment());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static PaymentEvent payment() {
    return PaymentEvent.newBuilder()
        .setEventId("e1")
        .setPaymentId("p1")
        .setAccountId("a1")
        .setMerchantId("m1")
        .setKind(PaymentKind.SALE)
        .setAmountMinor(-5)
        .setCurrency("EUR")
        .setOccurredAt(Instant.parse("2026-11-21T10:00:00Z"))
        .build();
  }

  @Test
  void aValueIsReadAndWrittenByteForByte() {
    AvroJson.Value value = json.read(bytes).orElseThrow();

    assertThat(value.json()).contains("\"amount_minor\":-5", "\"kind\":\"SALE\"");
    assertThat(json.write(value)).isEqualTo(bytes);
  }

  @Test
  void anEditedValueIsOfTheSameSchema() {
    AvroJson.Value value = json.read(bytes).orElseThrow();

    byte[] edited =
        json.write(
            new AvroJson.Value(
                value.schemaId(),
                value.json().replace("\"amount_minor\":-5", "\"amount_minor\":5")));

    assertThat(Arrays.copyOf(edited, 5)).isEqualTo(Arrays.copyOf(bytes, 5));
    assertThat(json.read(edited).orElseThrow().json()).contains("\"amount_minor\":5");
  }

  @Test
  void whatIsNoValueOfAKnownSchemaIsNotRead() {
    byte[] unknown = bytes.clone();
    unknown[4] = 99;
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

    assertThat(json.read(null)).isEmpty();
    assertThat(json.read(new byte[] {0, 0})).isEmpty();
    assertThat(json.read("text, not Avro".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(json.read(unknown)).isEmpty();
    assertThat(json.read(Arrays.copyOf(bytes, bytes.length - 3))).isEmpty();
    // Its JSON would not say what is left over.
    assertThat(json.read(longer)).isEmpty();
  }

  @Test
  void jsonThatDoesNotFitSaysSo() {
    AvroJson.Value value = json.read(bytes).orElseThrow();

    assertThatThrownBy(
            () ->
                json.write(
                    new AvroJson.Value(
                        value.schemaId(), value.json().replace("\"SALE\"", "\"GIFT\""))))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("PaymentEvent");
    assertThatThrownBy(() -> json.write(new AvroJson.Value(value.schemaId(), "{}")))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void aRegistryThatIsAwayIsNotTheValuesFault() {
    AvroJson elsewhere = new AvroJson(Map.of("schema.registry.url", "http://localhost:1"));

    assertThatThrownBy(() -> elsewhere.read(bytes))
        .isInstanceOf(RegistryUnavailableException.class);
  }
}
