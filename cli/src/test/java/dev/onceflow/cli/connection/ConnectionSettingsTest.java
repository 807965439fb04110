package dev.onceflow.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionSettingsTest {
  private static final Map<String, String> NO_VARIABLES = Map.of();
  private static final List<Setting> NO_FLAGS = List.of();

  @TempDir private Path dir;

  private Optional<ProfileFile.Profile> profile(String... settings) throws IOException {
    String yaml = "profiles:\n  default:\n    " + String.join("\n    ", settings);
    Path file = Files.writeString(dir.resolve("onceflow.yaml"), yaml);
    return Optional.of(ProfileFile.read(file).profile(Optional.empty()));
  }

  private static Setting flag(String key, String value, String option) {
    return Setting.of(key, value, Setting.Source.FLAG, option);
  }

  @Test
  void aFlagGoesBeforeTheEnvironmentAndThatBeforeTheProfile() throws IOException {
    ConnectionSettings settings =
        ConnectionSettings.of(
            profile(
                "kafka.bootstrap.servers: of-profile:1",
                "database.url: jdbc:postgresql://of-profile/d",
                "registry.url: http://of-profile"),
            Map.of(
                "ONCEFLOW_KAFKA_BOOTSTRAP_SERVERS",
                "of-environment:1",
                "ONCEFLOW_DATABASE_URL",
                "jdbc:postgresql://of-environment/d"),
            List.of(flag(Keys.BOOTSTRAP_SERVERS, "of-flag:1", "--bootstrap-servers")));

    assertThat(settings.find(Keys.BOOTSTRAP_SERVERS))
        .hasValueSatisfying(
            setting -> {
              assertThat(setting.value()).isEqualTo("of-flag:1");
              assertThat(setting.place()).isEqualTo("--bootstrap-servers");
            });
    assertThat(settings.find(Keys.DATABASE_URL))
        .hasValueSatisfying(
            setting -> {
              assertThat(setting.value()).isEqualTo("jdbc:postgresql://of-environment/d");
              assertThat(setting.place()).isEqualTo("ONCEFLOW_DATABASE_URL");
            });
    assertThat(settings.find(Keys.REGISTRY_URL))
        .hasValueSatisfying(
            setting -> {
              assertThat(setting.value()).isEqualTo("http://of-profile");
              assertThat(setting.place()).endsWith("onceflow.yaml, profile default");
            });
  }

  @Test
  void anEmptyVariableIsNone() {
    ConnectionSettings settings =
        ConnectionSettings.of(
            Optional.empty(), Map.of("ONCEFLOW_KAFKA_BOOTSTRAP_SERVERS", " "), NO_FLAGS);

    assertThat(settings.all()).isEmpty();
  }

  @Test
  void tlsAndSaslReachKafkasClients() throws IOException {
    ConnectionSettings settings =
        ConnectionSettings.of(
            profile(
                "kafka:",
                "  bootstrap.servers: [one:9093, two:9093]",
                "  security.protocol: SASL_SSL",
                "  sasl:",
                "    mechanism: SCRAM-SHA-512",
                "  ssl.truststore.location: /ca.p12"),
            Map.of("ONCEFLOW_KAFKA_SASL_JAAS_CONFIG", "Login required password=\"p\";"),
            NO_FLAGS);

    assertThat(settings.below(Keys.KAFKA))
        .containsOnly(
            Map.entry("bootstrap.servers", "one:9093,two:9093"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("sasl.mechanism", "SCRAM-SHA-512"),
            Map.entry("ssl.truststore.location", "/ca.p12"),
            Map.entry("sasl.jaas.config", "Login required password=\"p\";"));
  }

  @Test
  void aRegistrysSettingsHaveTheNamesThatSerdesKnow() throws IOException {
    ConnectionSettings settings =
        ConnectionSettings.of(
            profile(
                "registry.url: https://registry",
                "registry.ssl.truststore.location: /ca.p12",
                "registry.basic.auth.credentials.source: USER_INFO",
                "registry.basic.auth.user.info: me:secret"),
            NO_VARIABLES,
            NO_FLAGS);

    assertThat(RegistryOptions.ofSerdes(settings))
        .containsOnly(
            Map.entry("schema.registry.url", "https://registry"),
            Map.entry("schema.registry.ssl.truststore.location", "/ca.p12"),
            Map.entry("basic.auth.credentials.source", "USER_INFO"),
            Map.entry("basic.auth.user.info", "me:secret"));
  }

  @Test
  void aMisspeltVariableIsRefusedAndThoseOfKubernetesAreNot() {
    Map<String, String> ofKubernetes =
        Map.of(
            "ONCEFLOW_KAFKA_SERVICE_HOST", "10.0.0.1",
            "ONCEFLOW_KAFKA_PORT", "tcp://10.0.0.1:9092",
            "ONCEFLOW_DATABASE_PORT", "tcp://10.0.0.2:5432",
            "ONCEFLOW_REGISTRY_PORT", "tcp://10.0.0.3:8081",
            "ONCEFLOW_JOB_PORT", "tcp://10.0.0.4:8080",
            "ONCEFLOW_JOB_PORT_8080_TCP_PROTO", "tcp",
            "ONCEFLOW_LOG_FORMAT", "json");

    assertThat(ConnectionSettings.of(Optional.empty(), ofKubernetes, NO_FLAGS).all()).isEmpty();
    assertThatThrownBy(
            () ->
                ConnectionSettings.of(
                    Optional.empty(), Map.of("ONCEFLOW_DATABASE_PASSWROD", "s3cret"), NO_FLAGS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("ONCEFLOW_DATABASE_PASSWROD")
        .hasMessageContaining("is ONCEFLOW_DATABASE_PASSWORD meant?")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void theStrongerSourceGivesThePasswordWhicheverWayItDoes() throws IOException {
    Path file = Files.writeString(dir.resolve("password"), "of-file\n");
    Setting flag = flag(Keys.DATABASE_PASSWORD_FILE, file.toString(), "--password-file");
    Map<String, String> environment =
        Map.of("ONCEFLOW_DATABASE_PASSWORD", "of-environment", "PGPASSWORD", "of-libpq");
    Map<String, String> libpq = Map.of("PGPASSWORD", "of-libpq");

    assertThat(
            DatabaseOptions.password(
                ConnectionSettings.of(Optional.empty(), environment, List.of(flag))))
        .contains("of-file");
    assertThat(
            DatabaseOptions.password(
                ConnectionSettings.of(
                    profile("database.password.file: " + file), environment, NO_FLAGS)))
        .contains("of-environment");
    assertThat(
            DatabaseOptions.password(
                ConnectionSettings.of(profile("database.password: of-profile"), libpq, NO_FLAGS)))
        .contains("of-profile");
    assertThat(DatabaseOptions.password(ConnectionSettings.of(Optional.empty(), libpq, NO_FLAGS)))
        .contains("of-libpq");
  }

  @Test
  void twoPasswordsInOnePlaceAreRefused() throws IOException {
    ConnectionSettings settings =
        ConnectionSettings.of(
            profile("database.password: s3cret", "database.password.file: /none"),
            NO_VARIABLES,
            NO_FLAGS);

    assertThatThrownBy(() -> DatabaseOptions.password(settings))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("are both given")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void noSecretIsShown() throws IOException {
    ConnectionSettings settings =
        ConnectionSettings.of(
            profile(
                "kafka.sasl.jaas.config: s3cret",
                "kafka.ssl.keystore.password: s3cret",
                "kafka.ssl.keystore.key: s3cret",
                "registry.url: https://me:s3cret@registry",
                "registry.basic.auth.user.info: me:s3cret",
                "registry.bearer.auth.token: s3cret",
                "registry.ssl.key.password: s3cret",
                "database.url: jdbc:postgresql://db/d?user=me&password=s3cret&ssl=true",
                "database.password: s3cret"),
            NO_VARIABLES,
            List.of(flag("kafka.my.own.setting", "s3cret", "--kafka-config file")));

    assertThat(settings.all()).hasSize(10);
    assertThat(settings.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.shown()).doesNotContain("s3cret");
              assertThat(setting.toString()).doesNotContain("s3cret");
            });
    assertThat(settings.find(Keys.DATABASE_URL).orElseThrow().shown())
        .isEqualTo("jdbc:postgresql://db/d?user=me&password=********&ssl=true");
    assertThat(settings.find(Keys.REGISTRY_URL).orElseThrow().shown())
        .isEqualTo("https://me:********@registry");
  }

  @Test
  void everySecretOfKafkaIsKnownToBeOne() {
    assertThat(Keys.ALL.values().stream().filter(Key::isSecret).map(Key::name))
        .contains(
            "kafka.sasl.jaas.config",
            "kafka.ssl.key.password",
            "kafka.ssl.keystore.key",
            "kafka.ssl.keystore.password",
            "kafka.ssl.truststore.password",
            "kafka.sasl.oauthbearer.client.credentials.client.secret");
  }

  @Test
  void noTwoSettingsShareAVariable() {
    assertThat(Keys.ALL.values().stream().map(Key::variable)).doesNotHaveDuplicates();
  }

  @Test
  void nothingOfWhatIsReadOrWrittenIsAConnectionsSetting() {
    assertThat(Keys.ALL)
        .doesNotContainKeys(
            "kafka.isolation.level",
            "kafka.acks",
            "kafka.enable.idempotence",
            "kafka.group.id",
            "kafka.auto.offset.reset",
            "kafka.transactional.id");
  }
}
