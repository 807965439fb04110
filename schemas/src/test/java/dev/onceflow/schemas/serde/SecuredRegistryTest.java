package dev.onceflow.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.serde.TestingRegistry.ClientCertificates;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A registry over TLS that asks who asks. */
class SecuredRegistryTest {
  private static final String SECRET = "s3cr3t:with@signs/and%";
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder().encodeToString(("joe:" + SECRET).getBytes(StandardCharsets.UTF_8));
  private static final PaymentEvent EVENT =
      new PaymentEvent(
          "e-1", "p-1", "a-1", "m-1", PaymentKind.SALE, 5L, "GBP", Instant.EPOCH, "ref");

  @TempDir private static Path folder;
  private static TestingKeys servers;
  private static TestingKeys clients;

  @BeforeAll
  static void makeKeys() throws Exception {
    servers = TestingKeys.make(folder, "server");
    clients = TestingKeys.make(folder, "client");
  }

  @Test
  void basicAuthenticationFromASetting() throws Exception {
    for (String key :
        new String[] {"basic.auth.user.info", "schema.registry.basic.auth.user.info"}) {
      try (TestingRegistry registry = secured(ClientCertificates.IGNORED)) {
        registry.requireAuthorization(BASIC);

        assertThatRecordsPass(
            trusting(registry, "basic.auth.credentials.source", "USER_INFO", key, "joe:" + SECRET));
      }
    }
  }

  @Test
  void basicAuthenticationFromTheAddress() throws Exception {
    try (TestingRegistry registry = secured(ClientCertificates.IGNORED)) {
      registry.requireAuthorization(BASIC);
      Map<String, Object> config = trusting(registry, "basic.auth.credentials.source", "URL");
      config.put(
          "schema.registry.url",
          "https://joe:s3cr3t%3Awith%40signs%2Fand%25@" + registry.hostAndPort() + "/");

      assertThatRecordsPass(config);
    }
  }

  @Test
  void aBearerToken() throws Exception {
    try (TestingRegistry registry = secured(ClientCertificates.IGNORED)) {
      registry.requireAuthorization("Bearer eyJ.abc-_~+/==");

      assertThatRecordsPass(
          trusting(
              registry,
              "bearer.auth.credentials.source",
              "STATIC_TOKEN",
              "bearer.auth.token",
              "eyJ.abc-_~+/=="));
    }
  }

  @Test
  void aCertificateOfTheClient() throws Exception {
    try (TestingRegistry registry = secured(ClientCertificates.REQUIRED)) {
      Map<String, Object> config =
          trusting(
              registry,
              "schema.registry.ssl.keystore.location",
              clients.keystore().toString(),
              "schema.registry.ssl.keystore.password",
              TestingKeys.PASSWORD,
              "schema.registry.ssl.keystore.type",
              "PKCS12",
              "schema.registry.ssl.key.password",
              TestingKeys.PASSWORD);

      assertThatRecordsPass(config);
      assertThatThrownBy(() -> assertThatRecordsPass(trusting(registry)))
          .as("the control: without a certificate")
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }

  @Test
  void aServerThatIsNotTrustedIsNeverTheRecordsFault() throws Exception {
    try (TestingRegistry registry = secured(ClientCertificates.IGNORED)) {
      assertThatThrownBy(() -> assertThatRecordsPass(Map.of("schema.registry.url", registry.url())))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("schema.registry.ssl.truststore.");
      assertThat(registry.size()).isZero();
    }
  }

  @Test
  void aRegistryThatSaysNoIsAskedOnceAndNamesTheSettings() throws Exception {
    try (TestingRegistry registry = secured(ClientCertificates.IGNORED)) {
      registry.requireAuthorization("Basic something-else");
      Map<String, Object> config =
          trusting(
              registry,
              "basic.auth.credentials.source",
              "USER_INFO",
              "basic.auth.user.info",
              "joe:" + SECRET);
      Serde<PaymentEvent> serde = new AvroSerdes(config).values(PaymentEvent.class);

      assertThatThrownBy(() -> serde.serializer().serialize("payments", EVENT))
          .isInstanceOf(RegistryAccessException.class)
          .isNotInstanceOfAny(SerializationException.class, RetriableException.class)
          .hasMessageContainingAll(
              "401",
              "with credentials",
              "basic.auth.credentials.source",
              "basic.auth.user.info",
              "bearer.auth.credentials.source",
              "bearer.auth.token")
          .satisfies(SecuredRegistryTest::assertThatNoSecretIsTold);
      assertThatThrownBy(
              () -> serde.deserializer().deserialize("payments", new byte[] {0, 0, 0, 0, 1}))
          .isInstanceOf(RegistryAccessException.class)
          .satisfies(SecuredRegistryTest::assertThatNoSecretIsTold);
      assertThat(registry.questions).hasValue(2);
    }
  }

  private record Wrong(Map<String, String> settings, List<String> named) {
    Wrong(Map<String, String> settings, String... named) {
      this(settings, List.of(named));
    }
  }

  static Stream<Wrong> wrongSettings() {
    String file = servers.truststore().toString();
    return Stream.of(
        new Wrong(
            Map.of("basic.auth.credentials.source", "SASL_INHERIT"),
            "basic.auth.credentials.source",
            "USER_INFO or URL",
            "avro.serializer.class"),
        new Wrong(
            Map.of("basic.auth.credentials.source", "USER_INFO"),
            "basic.auth.user.info",
            "USER:PASSWORD"),
        new Wrong(
            Map.of(
                "basic.auth.credentials.source",
                "USER_INFO",
                "basic.auth.user.info",
                "s3cr3t-without-colon"),
            "basic.auth.user.info",
            "USER:PASSWORD"),
        new Wrong(
            Map.of("basic.auth.user.info", "joe:s3cr3t"),
            "basic.auth.user.info",
            "basic.auth.credentials.source=USER_INFO"),
        new Wrong(
            Map.of("basic.auth.credentials.source", "URL"),
            "basic.auth.credentials.source",
            "USER:PASSWORD@"),
        new Wrong(
            Map.of("bearer.auth.credentials.source", "OAUTHBEARER"),
            "bearer.auth.credentials.source",
            "STATIC_TOKEN"),
        new Wrong(Map.of("bearer.auth.credentials.source", "STATIC_TOKEN"), "bearer.auth.token"),
        new Wrong(
            Map.of(
                "bearer.auth.credentials.source",
                "STATIC_TOKEN",
                "bearer.auth.token",
                "s3cr3t\r\nX-Other: 1"),
            "bearer.auth.token",
            "RFC 6750"),
        new Wrong(
            Map.of("bearer.auth.token", "s3cr3t"), "bearer.auth.credentials.source=STATIC_TOKEN"),
        new Wrong(
            Map.of(
                "basic.auth.credentials.source",
                "USER_INFO",
                "basic.auth.user.info",
                "joe:s3cr3t",
                "bearer.auth.credentials.source",
                "STATIC_TOKEN",
                "bearer.auth.token",
                "s3cr3t"),
            "basic.auth.credentials.source",
            "bearer.auth.credentials.source",
            "not both"),
        new Wrong(
            Map.of(
                "schema.registry.url",
                "https://joe:s3cr3t@localhost",
                "bearer.auth.credentials.source",
                "STATIC_TOKEN",
                "bearer.auth.token",
                "s3cr3t"),
            "schema.registry.url"),
        new Wrong(
            Map.of("schema.registry.url", "https://joe:s3cr3t%@localhost"),
            "schema.registry.url",
            "percent-encoded"),
        new Wrong(
            Map.of("schema.registry.url", "localhost:8081"), "schema.registry.url", "https://"),
        new Wrong(
            Map.of("schema.registry.url", ""), "schema.registry.url", "http://localhost:8081"),
        new Wrong(Map.of("auto.register.schemas", "no"), "auto.register.schemas"),
        new Wrong(Map.of("use.latest.version", "true"), "use.latest.version", "expected false"),
        new Wrong(
            Map.of("value.subject.name.strategy", "RecordNameStrategy"),
            "value.subject.name.strategy",
            "TopicNameStrategy"),
        new Wrong(
            Map.of("schema.registry.ssl.truststore.location", "/nowhere/s.p12"),
            "schema.registry.ssl.truststore.location",
            "/nowhere/s.p12",
            "can be read"),
        new Wrong(
            Map.of(
                "schema.registry.ssl.truststore.location",
                file,
                "schema.registry.ssl.truststore.password",
                "s3cr3t"),
            "schema.registry.ssl.truststore.location, .password and .type",
            "password was incorrect"),
        new Wrong(
            Map.of(
                "schema.registry.ssl.keystore.location",
                servers.keystore().toString(),
                "schema.registry.ssl.keystore.password",
                "s3cr3t"),
            "schema.registry.ssl.keystore.location, .password and .type"),
        new Wrong(
            Map.of("schema.registry.ssl.trustore.location", file),
            "schema.registry.ssl.trustore.location",
            "ssl.truststore.location"),
        new Wrong(
            Map.of("schema.registry.ssl.endpoint.identification.algorithm", ""),
            "schema.registry.ssl.endpoint.identification.algorithm",
            "expected https"));
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void aWrongSettingIsRefusedByNameAndTellsNoSecret(Wrong wrong) {
    Map<String, Object> config = new HashMap<>(Map.of("schema.registry.url", "https://localhost"));
    config.putAll(wrong.settings);

    assertThatThrownBy(() -> new AvroSerdes(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(wrong.named.toArray(String[]::new))
        .satisfies(SecuredRegistryTest::assertThatNoSecretIsTold);
  }

  @Test
  void settingsOfOtherSerdesAreLeftToThem() {
    Map<String, Object> config =
        Map.of(
            "avro.serializer.class",
            "io.confluent.kafka.serializers.KafkaAvroSerializer",
            "avro.deserializer.class",
            "io.confluent.kafka.serializers.KafkaAvroDeserializer",
            "basic.auth.credentials.source",
            "SASL_INHERIT");

    assertThat(new AvroSerdes(config)).isNotNull();
  }

  private static void assertThatNoSecretIsTold(Throwable failure) {
    StringWriter told = new StringWriter();
    failure.printStackTrace(new PrintWriter(told));
    assertThat(told.toString())
        .doesNotContain("s3cr3t")
        .doesNotContain(BASIC.substring("Basic ".length()))
        .doesNotContain(TestingKeys.PASSWORD);
  }

  private static TestingRegistry secured(ClientCertificates certificates) throws Exception {
    return TestingRegistry.overTls(servers.trusting(clients), certificates);
  }

  private static Map<String, Object> trusting(TestingRegistry registry, String... more) {
    Map<String, Object> config = new HashMap<>();
    config.put("schema.registry.url", registry.url());
    config.put("schema.registry.ssl.truststore.location", servers.truststore().toString());
    config.put("schema.registry.ssl.truststore.password", TestingKeys.PASSWORD);
    config.put("schema.registry.ssl.truststore.type", "PKCS12");
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return config;
  }

  private static void assertThatRecordsPass(Map<String, ?> config) {
    Serde<PaymentEvent> serde = new AvroSerdes(config).values(PaymentEvent.class);
    byte[] bytes = serde.serializer().serialize("payments", EVENT);
    assertThat(serde.deserializer().deserialize("payments", bytes)).isEqualTo(EVENT);
  }
}
