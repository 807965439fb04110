package dev.onceflow.verification.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.local.kafka.KafkaServer;
import dev.onceflow.local.process.FreePort;
import dev.onceflow.verification.command.Onceflow.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that take TLS and login from a profile, on a broker that asks for both. */
class SecuredBrokerIT {
  private static final String TOPIC = "orders-dlq";
  private static final String PASSWORD = "changeit";
  private static final int SECURED = FreePort.orGiven(FreePort.ANY);

  @TempDir private static Path folder;
  private static KafkaServer kafka;

  @BeforeAll
  static void start() throws Exception {
    Path keys = keys();
    int plain = FreePort.orGiven(FreePort.ANY);
    int controller = FreePort.orGiven(FreePort.ANY);
    kafka =
        KafkaServer.start(
            folder.resolve("kafka"),
            plain,
            Map.ofEntries(
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                Map.entry(
                    "listeners",
                    "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,SASL_SSL://127.0.0.1:%d"
                        .formatted(plain, controller, SECURED)),
                Map.entry(
                    "advertised.listeners",
                    "PLAINTEXT://127.0.0.1:%d,SASL_SSL://127.0.0.1:%d".formatted(plain, SECURED)),
                Map.entry(
                    "listener.security.protocol.map",
                    "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL"),
                Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                Map.entry(
                    "listener.name.sasl_ssl.plain.sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required"
                        + " user_ops=\"right\";"),
                Map.entry("ssl.keystore.type", "PKCS12"),
                Map.entry("ssl.keystore.location", keys.toString()),
                Map.entry("ssl.keystore.password", PASSWORD),
                Map.entry("ssl.key.password", PASSWORD)));
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (Admin admin = Admin.create(settings);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      producer.send(new ProducerRecord<>(TOPIC, new byte[] {1}, new byte[] {2})).get();
    }
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  private static Path keys() throws IOException, InterruptedException {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    return keys;
  }

  private static Path profile(String password) throws IOException {
    return Files.writeString(
        folder.resolve("onceflow.yaml"),
        """
        profiles:
          secured:
            kafka:
              bootstrap.servers: 127.0.0.1:%d
              request.timeout.ms: 5000
              security.protocol: SASL_SSL
              sasl.mechanism: PLAIN
              sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required username="ops" password="%s";
              ssl.truststore.type: PKCS12
              ssl.truststore.location: %s
              ssl.truststore.password: %s
        """
            .formatted(SECURED, password, folder.resolve("keys.p12"), PASSWORD));
  }

  private static Answer onceflow(Path profile, String... words) {
    String[] whole =
        Stream.concat(
                Arrays.stream(words),
                Stream.of("--profile-file", profile.toString(), "--profile", "secured"))
            .toArray(String[]::new);
    return Onceflow.run(whole);
  }

  @Test
  void profileGivesTlsAndLogin() throws Exception {
    Path profile = profile("right");

    Answer listed = onceflow(profile, "dlq", "list", TOPIC);
    Answer traced =
        onceflow(profile, "trace", "order-1", "--input", TOPIC, "--topic", TOPIC, "--all");

    assertThat(listed.code()).as(listed.text()).isZero();
    assertThat(listed.text()).contains("1");
    assertThat(traced.code()).as(traced.text()).isEqualTo(1);
  }

  @Test
  void wrongPasswordIsNamedAndNotShown() throws Exception {
    Path profile = profile("wr0ng-secret");

    Answer refused = onceflow(profile, "dlq", "list", TOPIC);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.text())
        .containsIgnoringCase("authentication")
        .doesNotContain("wr0ng-secret", "\tat ");
  }

  @Test
  void plainClientOfASecuredListenerIsToldInTime() throws Exception {
    Answer refused =
        Onceflow.run("dlq", "list", TOPIC, "--bootstrap-servers", "127.0.0.1:" + SECURED);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.text()).contains("127.0.0.1:" + SECURED);
  }
}
