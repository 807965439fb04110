package dev.onceflow.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryAvroSerdeTest {
  private static final PaymentEvent EVENT =
      new PaymentEvent(
          "e-1",
          "p-1",
          "a-1",
          "m-1",
          PaymentKind.SALE,
          1530L,
          "GBP",
          Instant.ofEpochMilli(1_291_191_960_000L),
          null);

  private final AtomicInteger questions = new AtomicInteger();
  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final AtomicInteger racesLeft = new AtomicInteger();
  private HttpServer server;
  private Serde<PaymentEvent> serde;

  @BeforeEach
  void startARegistryWithOneSchema() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          questions.incrementAndGet();
          String path = exchange.getRequestURI().getPath();
          boolean fails = failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
          boolean raced = path.endsWith("/versions") && racesLeft.getAndDecrement() > 0;
          boolean known = path.equals("/schemas/ids/7") || path.startsWith("/subjects/");
          String schema = EVENT.getSchema().toString().replace("\"", "\\\"");
          byte[] body =
              ("{\"id\":7,\"error_code\":40403,\"schema\":\"" + schema + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(fails ? 500 : raced ? 409 : known ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    serde = new AvroSerdes(Map.of("schema.registry.url", url)).values(PaymentEvent.class);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    byte[] bytes = serde.serializer().serialize("payments", EVENT);

    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 7);
    assertThat(serde.deserializer().deserialize("payments", bytes)).isEqualTo(EVENT);
  }

  @Test
  void theRegistryIsAskedOncePerSchema() {
    for (int i = 0; i < 100; i++) {
      byte[] bytes = serde.serializer().serialize("payments", EVENT);
      serde.deserializer().deserialize("payments", bytes);
    }

    assertThat(questions).hasValue(2);
  }

  @Test
  void bytesThatCannotBeReadAreTheRecordsFault() {
    byte[] good = serde.serializer().serialize("payments", EVENT);
    byte[] cut = Arrays.copyOf(good, good.length - 3);
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    byte[] unknownSchema = good.clone();
    unknownSchema[4] = 8;

    for (byte[] bad : new byte[][] {{}, {0, 0}, {1, 2, 3, 4, 5, 6}, cut, longer, unknownSchema}) {
      assertThatThrownBy(() -> serde.deserializer().deserialize("payments", bad))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void theLoserOfARaceToRegisterFindsTheSchemaThere() {
    racesLeft.set(1);

    byte[] bytes = serde.serializer().serialize("payments", EVENT);

    assertThat(bytes[4]).isEqualTo((byte) 7);
  }

  @Test
  void aRegistryThatFailsForAMomentIsAskedAgain() {
    failuresLeft.set(2);

    assertThat(serde.serializer().serialize("payments", EVENT)).isNotEmpty();
  }

  @Test
  void aRegistryThatStaysAwayIsNotTheRecordsFault() {
    failuresLeft.set(Integer.MAX_VALUE);

    assertThatThrownBy(() -> serde.serializer().serialize("payments", EVENT))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("HTTP 500");
  }
}
