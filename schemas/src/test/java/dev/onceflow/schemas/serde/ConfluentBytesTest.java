package dev.onceflow.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.Samples;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
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

  private static URLClassLoader confluent;

  private TestingRegistry registry;
  private AvroSerdes ours;
  private AvroSerdes theirs;

  @BeforeAll
  static void loadTheGenuineOnes() throws IOException {
    // The samples are made before the first serde is: Avro copies trusted classes only.
    TrustedContracts.ensure();
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
    registry = TestingRegistry.overHttp();
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

  static List<SpecificRecord> records() {
    return Stream.of(Samples.all(), Samples.withoutOptionalFields()).flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @MethodSource("records")
  void bothWriteTheSameBytes(SpecificRecord record) {
    byte[] bytes = write(ours, record);

    assertThat(write(theirs, record)).isEqualTo(bytes);
    assertThat(registry.subjects()).containsExactly(TOPIC + "-value", TOPIC + "-value");
  }

  @ParameterizedTest
  @MethodSource("records")
  void eachReadsWhatTheOtherWrote(SpecificRecord record) {
    byte[] fromUs = write(ours, record);
    byte[] fromThem = write(theirs, record);

    assertThat(read(theirs, record, fromUs)).isEqualTo(record);
    assertThat(read(ours, record, fromThem)).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void neitherRegistersWhereItMayNot(SpecificRecord record) throws ClassNotFoundException {
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
    SpecificRecord record = records().get(0);
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

  private static byte[] write(AvroSerdes serdes, SpecificRecord record) {
    return serdes.<SpecificRecord>serializer().serialize(TOPIC, record);
  }

  private static SpecificRecord read(AvroSerdes serdes, SpecificRecord like, byte[] bytes) {
    return serdes.deserializer(like.getClass()).deserialize(TOPIC, bytes);
  }
}
