package dev.onceflow.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a registry that is away, or that doesn't know, means for records. */
class RegistryOutageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PaymentEvent EVENT =
      new PaymentEvent("e", "p", "a", "m", PaymentKind.SALE, 5L, "GBP", Instant.EPOCH, null);

  private TestingRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = TestingRegistry.overHttp();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void recordsOfAKnownSchemaGoOnWithoutTheRegistry() {
    byte[] before = payments().serializer().serialize("payments", EVENT);
    payments().deserializer().deserialize("payments", before);

    registry.close();

    // Serdes of their own, as threads that start now would have.
    Serde<PaymentEvent> serde = payments();
    for (int i = 0; i < 100; i++) {
      byte[] bytes = serde.serializer().serialize("payments", EVENT);
      assertThat(bytes).isEqualTo(before);
      assertThat(serde.deserializer().deserialize("payments", bytes)).isEqualTo(EVENT);
    }
  }

  @Test
  void aSchemaThatIsNotKnownYetWaitsForTheRegistry() {
    byte[] before = payments().serializer().serialize("payments", EVENT);
    registry.close();

    assertThatThrownBy(() -> payments().serializer().serialize("elsewhere", EVENT))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThatThrownBy(() -> payments().deserializer().deserialize("payments", before))
        .as("written, but never read here")
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void anUnknownSchemaIdIsTheRecordsFault() {
    assertThatThrownBy(() -> payments().deserializer().deserialize("payments", framed(77)))
        .isInstanceOf(SerializationException.class)
        .hasNoCause()
        .hasMessageContaining("schema ID 77");
  }

  @Test
  void anAddressThatIsNoRegistrySetsNoRecordAside() {
    Serde<PaymentEvent> serde =
        new AvroSerdes(Map.of("schema.registry.url", registry.url() + "/wrong/path"))
            .values(PaymentEvent.class);

    assertThatThrownBy(() -> serde.deserializer().deserialize("payments", framed(1)))
        .isInstanceOf(RegistryAccessException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void aSchemaThatIsNotAvrosIsTheRecordsFault() {
    ObjectNode protobuf = JSON.createObjectNode().put("schemaType", "PROTOBUF").put("schema", "x");
    int id = registry.add(protobuf);
    int garbage = registry.add("{\"type\":\"nothing\"}");

    assertThatThrownBy(() -> payments().deserializer().deserialize("payments", framed(id)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("PROTOBUF");
    assertThatThrownBy(() -> payments().deserializer().deserialize("payments", framed(garbage)))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void aSchemaThatRefersToOthersIsRead() throws IOException {
    byte[] bytes = payments().serializer().serialize("payments", EVENT);
    ObjectNode whole = (ObjectNode) JSON.readTree(EVENT.getSchema().toString());
    ObjectNode kind = (ObjectNode) whole.path("fields").path(4);
    ((ObjectNode) kind.path("type")).put("namespace", PaymentKind.class.getPackageName());
    int version = registry.add(kind.path("type").toString());
    kind.put("type", PaymentKind.class.getName());
    ObjectNode referring = JSON.createObjectNode().put("schema", whole.toString());
    referring
        .putArray("references")
        .addObject()
        .put("name", PaymentKind.class.getName())
        .put("subject", "payment-kind")
        .put("version", version);
    int id = registry.add(referring);

    ByteBuffer.wrap(bytes).putInt(1, id);

    assertThat(payments().deserializer().deserialize("payments", bytes)).isEqualTo(EVENT);
  }

  @Test
  void withoutAutoRegisterASchemaIsLookedUpAndNoneIsRegistered() {
    Map<String, ?> config =
        Map.of("schema.registry.url", registry.url(), "auto.register.schemas", "false");
    Serde<PaymentEvent> serde = new AvroSerdes(config).values(PaymentEvent.class);

    assertThatThrownBy(() -> serde.serializer().serialize("payments", EVENT))
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("payments-value", "auto.register.schemas=true");
    assertThat(registry.size()).isZero();

    registry.add(AccountBalance.getClassSchema().toString());
    int id = registry.add(EVENT.getSchema().toString());
    byte[] bytes = serde.serializer().serialize("payments", EVENT);

    assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
    assertThat(registry.size()).isEqualTo(2);
  }

  private Serde<PaymentEvent> payments() {
    return new AvroSerdes(Map.of("schema.registry.url", registry.url())).values(PaymentEvent.class);
  }

  private static byte[] framed(int id) {
    return ByteBuffer.allocate(20).put((byte) 0).putInt(id).array();
  }
}
