package dev.onceflow.streams.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobConfigTest {
  @ParameterizedTest
  @ValueSource(strings = {"application.id", "bootstrap.servers", "state.dir"})
  void whatIsRequiredIsAskedForByName(String key) {
    Map<String, Object> settings = settings();
    settings.remove(key);

    assertThatThrownBy(() -> JobConfig.of(settings, new TestingFactory()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Setting " + key + " is missing: give ");
  }

  @ParameterizedTest
  @CsvSource({
    "restarts.max, -1",
    "restarts.window.ms, 0",
    "close.timeout.ms, soon",
    "transactions.open.max.ms, 0",
    "topics.create, perhaps",
    "topics.partitions, 0",
    "http.port, 65536",
    "ready.stalled.ms, 0",
  })
  void ourOwnNumbersAreChecked(String key, String value) {
    Map<String, Object> settings = settings();
    settings.put(key, value);

    assertThatThrownBy(() -> JobConfig.of(settings, new TestingFactory()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(value)
        .hasMessageContaining(key);
  }

  @Test
  void exactlyOnceIsNotAnOption() {
    StreamsConfig streams = JobConfig.of(settings(), new TestingFactory()).streams();

    assertThat(streams.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
    assertThat(streams.getLong("max.task.idle.ms")).isEqualTo(7);
    assertThat(streams.getBoolean("ensure.explicit.internal.resource.naming")).isTrue();
    assertThat(streams.getString("topology.optimization")).isEqualTo("none");
    assertThat(streams.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("session.timeout.ms", "10000");
  }

  @Test
  void whatTheUserGivesGoesBeforeOurDefaults() {
    Map<String, Object> settings = settings();
    settings.put("session.timeout.ms", "20000");
    settings.put("statestore.cache.max.bytes", "1");

    assertThat(JobConfig.of(settings, new TestingFactory()).effective())
        .containsEntry("session.timeout.ms", "20000")
        .containsEntry("statestore.cache.max.bytes", "1");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    Map<String, Object> settings = settings();
    settings.remove("state.dir");
    settings.put("restarts.max", "-1");
    settings.put("num.stream.threads", "many");
    settings.put("testing.number", "x");

    assertThatThrownBy(() -> JobConfig.of(settings, new TestingFactory()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Setting state.dir is missing: give a directory")
        .hasMessageContaining("restarts.max")
        .hasMessageContaining("num.stream.threads")
        .hasMessageContaining("testing.number");
  }

  @Test
  void everySettingOfOursHasItsAccessor() {
    Map<String, Object> settings = settings();
    settings.put("restarts.max", "1");
    settings.put("restarts.window.ms", "2");
    settings.put("close.timeout.ms", "3");
    settings.put("preflight.accept", "b,a");
    settings.put("transactions.open.max.ms", "4");
    settings.put("topics.create", "true");
    settings.put("topics.partitions", "5");
    settings.put("output.bytes.max", "7");
    settings.put("http.port", "0");
    settings.put("http.host", "localhost");
    settings.put("ready.stalled.ms", "6");

    JobConfig config = JobConfig.of(settings, new TestingFactory());

    assertThat(settings.keySet()).containsAll(JobConfig.DEF.names());
    assertThat(config.restartsMax()).isEqualTo(1);
    assertThat(config.restartsWindow()).hasMillis(2);
    assertThat(config.closeTimeout()).hasMillis(3);
    assertThat(config.preflightAccept()).containsExactly("a", "b");
    assertThat(config.transactionsOpenMax()).hasMillis(4);
    assertThat(config.topicsCreate()).isTrue();
    assertThat(config.topicsPartitions()).contains(5);
    assertThat(config.outputBytesMax()).isEqualTo(7);
    assertThat(config.httpPort()).hasValue(0);
    assertThat(config.httpHost()).isEqualTo("localhost");
    assertThat(config.readyStalled()).hasMillis(6);
  }

  @Test
  void whatIsNotGivenHasADefault() {
    JobConfig config = JobConfig.of(settings(), new TestingFactory());

    assertThat(config.restartsMax()).isEqualTo(20);
    assertThat(config.restartsWindow()).hasMinutes(30);
    assertThat(config.closeTimeout()).hasMinutes(1);
    assertThat(config.preflightAccept()).isEmpty();
    assertThat(config.transactionsOpenMax()).hasMinutes(15);
    assertThat(config.topicsCreate()).isFalse();
    assertThat(config.topicsPartitions()).isEmpty();
    assertThat(config.outputBytesMax()).isEqualTo(1_000_000);
    assertThat(config.httpPort()).isEmpty();
    assertThat(config.httpHost()).isEqualTo("127.0.0.1");
    assertThat(config.readyStalled()).hasMinutes(1);
  }

  private static Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "job");
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("state.dir", "/var/lib/job");
    return settings;
  }

  @Test
  void aStaticMemberOfAStreamsGroupIsRefusedWithTheOtherSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "job");
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("group.protocol", "streams");
    settings.put("main.consumer.group.instance.id", "a");

    assertThatThrownBy(() -> JobConfig.of(settings, new TestingFactory()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Setting state.dir is missing")
        .hasMessageContaining(
            "Setting main.consumer.group.instance.id doesn't go with group.protocol=streams");
  }
}
