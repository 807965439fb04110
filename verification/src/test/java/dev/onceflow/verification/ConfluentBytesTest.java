package dev.onceflow.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.AccountType;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.PaymentState;
import dev.onceflow.schemas.event.PaymentStatus;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.serde.AvroSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our serdes beside Confluent's genuine ones, contract by contract and byte by byte, without a
 * broker. Confluent's are in a class loader of their own behind ours, where a job's {@code --jar}
 * puts them.
 */
class ConfluentBytesTest {
  private static final Path GENUINE =
      Path.of("target", "confluent", "pinot-confluent-avro-shaded.jar");
  private static final String TOPIC = "any";
  private static final Pattern SCHEMA = Pattern.compile("\"schema\":(\"(?:[^\"\\\\]|\\\\.)*+\")");
  private static final Instant THEN = Instant.ofEpochMilli(1_291_191_960_123L);

  private static URLClassLoader confluent;

  private final Registry registry = new Registry();
  private AvroSerdes ours;
  private AvroSerdes theirs;

  @BeforeAll
  static void loadTheGenuineOnes() throws IOException {
    assertThat(Files.isRegularFile(GENUINE)).as("%s is put there by the build", GENUINE).isTrue();
    confluent =
        new URLClassLoader(
            new URL[] {GENUINE.toUri().toURL()}, ConfluentBytesTest.class.getClassLoader());
  }

  @AfterAll
  static void unloadThem() throws IOException {
    confluent.close();
  }

  @BeforeEach
  void start() throws Exception {
    // Kafka's ConfigDef finds classes named by Confluent's defaults there, as it does for --jar.
    Thread.currentThread().setContextClassLoader(confluent);
    ours = new AvroSerdes(Map.of("schema.registry.url", registry.url()));
    theirs = new AvroSerdes(theirConfig());
  }

  private Map<String, Object> theirConfig() throws ClassNotFoundException {
    return Map.of(
        "schema.registry.url",
        registry.url(),
        AvroSerdes.SERIALIZER_CLASS,
        genuine("KafkaAvroSerializer"),
        AvroSerdes.DESERIALIZER_CLASS,
        genuine("KafkaAvroDeserializer"));
  }

  private static AvroSerdes lookingUp(Map<String, Object> config) {
    Map<String, Object> settings = new HashMap<>(config);
    settings.put("auto.register.schemas", "false");
    return new AvroSerdes(settings);
  }

  private static Class<?> genuine(String name) throws ClassNotFoundException {
    Class<?> type = confluent.loadClass("io.confluent.kafka.serializers." + name);
    assertThat(type.getClassLoader()).isSameAs(confluent);
    return type;
  }

  @AfterEach
  void stop() {
    Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    registry.close();
  }

  static List<Object> records() {
    PaymentEvent event =
        new PaymentEvent(
            "e-1", "p-1", "a-1", "m-1", PaymentKind.CAPTURE, 1530L, "GBP", THEN, "naïve ref");
    PaymentState state =
        new PaymentState(PaymentStatus.AUTHORIZED, "a-1", "m-1", "GBP", 2000L, 0L, 0L, "e-0");
    return List.of(
        event,
        new PaymentEvent("e-1", "p-1", "a-1", "m-1", PaymentKind.SALE, 1L, "GBP", THEN, null),
        new LedgerEntry(
            "l-1",
            "e-1",
            "p-1",
            "customer:a-1:GBP",
            AccountType.CUSTOMER,
            "a-1",
            PaymentKind.CAPTURE,
            "GBP",
            -1530L,
            THEN,
            LocalDate.of(2010, 12, 1)),
        new AccountBalance(
            "customer:a-1:GBP",
            AccountType.CUSTOMER,
            "a-1",
            "GBP",
            -1530L,
            new BigDecimal("-15.3000"),
            7L,
            "l-1",
            THEN),
        state,
        new RejectedPayment(event, "over-capture", "asked 1530", state),
        new RejectedPayment(event, "no-authorization", "asked 1530", null),
        new MerchantDailyTotal(
            "m-1", LocalDate.of(2010, 12, 1), "GBP", 1530L, 0L, 1L, 0L, 1L, "l-1", THEN),
        new VerdictCounts(6L, 1L, 1L, 2L, 1L, 1L, 6L));
  }

  @ParameterizedTest
  @MethodSource("records")
  void bothWriteTheSameBytes(Object record) {
    byte[] bytes = write(ours, record);

    assertThat(write(theirs, record)).isEqualTo(bytes);
    assertThat(registry.subjects()).containsExactly(TOPIC + "-value", TOPIC + "-value");
  }

  @ParameterizedTest
  @MethodSource("records")
  void eachReadsWhatTheOtherWrote(Object record) {
    byte[] fromUs = write(ours, record);
    byte[] fromThem = write(theirs, record);

    assertThat(read(theirs, record, fromUs)).isEqualTo(record);
    assertThat(read(ours, record, fromThem)).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void neitherRegistersWhereItMayNot(Object record) throws ClassNotFoundException {
    byte[] bytes = write(ours, record);
    int asked = registry.subjects().size();

    for (Map<String, Object> config :
        List.of(Map.<String, Object>of("schema.registry.url", registry.url()), theirConfig())) {
      assertThat(write(lookingUp(config), record)).isEqualTo(bytes);
    }

    assertThat(registry.subjects()).as("registrations").hasSize(asked);
  }

  /** The control: reading would show a difference in the frame or behind it. */
  @Test
  void bothRefuseBytesThatAreNotTheSame() {
    Object record = records().get(0);
    byte[] otherId = write(ours, record);
    otherId[4]++;
    byte[] cut = Arrays.copyOf(otherId, otherId.length - 3);
    cut[4]--;

    for (byte[] bad : List.of(otherId, cut)) {
      for (AvroSerdes serdes : List.of(ours, theirs)) {
        assertThatThrownBy(() -> read(serdes, record, bad))
            .isInstanceOf(SerializationException.class);
      }
    }
  }

  // The contracts' common type is Avro's, which this module doesn't know.
  @SuppressWarnings("unchecked")
  private static byte[] write(AvroSerdes serdes, Object record) {
    Serializer<?> serializer = serdes.serializer();
    return ((Serializer<Object>) serializer).serialize(TOPIC, record);
  }

  @SuppressWarnings("unchecked")
  private static Object read(AvroSerdes serdes, Object like, byte[] bytes) {
    Class<?> type = like.getClass();
    Deserializer<?> deserializer = serdes.deserializer((Class<PaymentEvent>) type);
    return deserializer.deserialize(TOPIC, bytes);
  }

  /** One ID per text of a schema, so that two texts for one schema would show in the bytes. */
  private static final class Registry implements AutoCloseable {
    private final List<String> schemas = new ArrayList<>();
    private final List<String> subjects = new ArrayList<>();
    private final HttpServer server;

    Registry() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      server.createContext("/", this::answer);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The subjects of all registrations, in their order. */
    synchronized List<String> subjects() {
      return List.copyOf(subjects);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      String question =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (path[1].equals("schemas")) {
        int id = Integer.parseInt(path[3]);
        if (id > schemas.size()) {
          send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
        } else {
          send(exchange, 200, "{\"schema\":" + schemas.get(id - 1) + "}");
        }
        return;
      }
      String schema = schemaIn(question);
      if (path.length > 3 && path[3].equals("versions")) {
        subjects.add(path[2]);
      }
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      send(
          exchange,
          200,
          "{\"subject\":\"%s\",\"version\":1,\"id\":%d,\"schema\":%s}"
              .formatted(path[2], schemas.indexOf(schema) + 1, schema));
    }

    /** The JSON string after "schema": kept as it is, since it can be given back unread. */
    private static String schemaIn(String question) {
      Matcher matcher = SCHEMA.matcher(question);
      if (!matcher.find()) {
        throw new IllegalArgumentException("no schema in " + question);
      }
      return matcher.group(1);
    }

    private static void send(HttpExchange exchange, int status, String answer) throws IOException {
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
