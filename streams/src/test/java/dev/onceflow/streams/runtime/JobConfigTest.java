package dev.onceflow.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
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

    assertThatThrownBy(() -> JobConfig.of(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Setting " + key + " is missing: give ");
  }

  @ParameterizedTest
  @CsvSource({"restarts.max, -1", "restarts.window.ms, 0", "close.timeout.ms, soon"})
  void ourOwnNumbersAreChecked(String key, String value) {
    Map<String, Object> settings = settings();
    settings.put(key, value);

    assertThatThrownBy(() -> JobConfig.of(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Setting " + key + " = " + value + ": expected a whole number");
  }

  @Test
  void exactlyOnceIsNotAnOption() {
    StreamsConfig streams =
        new StreamsConfig(JobConfig.of(settings()).streamsProperties(new TestingFactory()));

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

    assertThat(JobConfig.of(settings).effective())
        .containsEntry("session.timeout.ms", "20000")
        .containsEntry("statestore.cache.max.bytes", "1");
  }

  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once, processing.guarantee",
    "isolation.level, read_uncommitted, isolation.level",
    "consumer.isolation.level, read_uncommitted, isolation.level",
    "main.consumer.isolation.level, read_uncommitted, isolation.level",
    "acks, 1, acks",
    "producer.acks, 0, acks",
    "producer.enable.idempotence, false, enable.idempotence",
    "processing.exception.handler, x.Continue, exception.handlers",
    "default.deserialization.exception.handler, x.Continue, exception.handlers",
  })
  void whatWouldWeakenTheGuaranteeIsNamed(String key, String value, String rule) {
    Map<String, Object> settings = settings();
    settings.put(key, value);

    List<Finding> violated =
        Preflight.ofSettings(JobConfig.of(settings)).stream()
            .filter(finding -> finding.status() == Finding.Status.VIOLATED)
            .toList();

    assertThat(violated).hasSize(1);
    assertThat(violated.get(0).rule()).isEqualTo(rule);
    assertThat(violated.get(0).detail()).startsWith(key + " = " + value + ": remove it");
  }

  @Test
  void whatTheGuaranteeNeedsMayBeSaidAgain() {
    Map<String, Object> settings = settings();
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("consumer.isolation.level", "READ_COMMITTED");
    settings.put("producer.acks", "all");

    assertThat(Preflight.ofSettings(JobConfig.of(settings)))
        .extracting(Finding::status)
        .containsOnly(Finding.Status.HELD);
  }

  private static Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "job");
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("state.dir", "/var/lib/job");
    return settings;
  }

  private static final class TestingFactory implements TopologyFactory {
    @Override
    public String name() {
      return "testing";
    }

    @Override
    public Topology build(Map<String, ?> config) {
      return new Topology();
    }

    @Override
    public Set<String> inputs() {
      return Set.of();
    }

    @Override
    public Set<String> outputs() {
      return Set.of();
    }

    @Override
    public Map<String, Object> defaults() {
      return Map.of("max.task.idle.ms", "7", "processing.guarantee", "at_least_once");
    }
  }
}
