package dev.onceflow.streams.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TestingFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingRulesTest {
  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once, processing.guarantee",
    "isolation.level, read_uncommitted, isolation.level",
    "consumer.isolation.level, read_uncommitted, isolation.level",
    "main.consumer.isolation.level, read_uncommitted, isolation.level",
    "acks, 1, acks",
    "producer.acks, 0, acks",
    "producer.enable.idempotence, false, enable.idempotence",
    "partitioner.ignore.keys, true, partitioner",
    "producer.partitioner.ignore.keys, true, partitioner",
    "processing.exception.handler, org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler, exception.handlers",
    "ensure.explicit.internal.resource.naming, false, ensure.explicit.internal.resource.naming",
    "default.deserialization.exception.handler, org.apache.kafka.streams.errors.LogAndContinueExceptionHandler, exception.handlers",
  })
  void whatWouldWeakenTheGuaranteeIsNamed(String key, String value, String rule) {
    Map<String, Object> settings = settings();
    settings.put(key, value);

    List<Finding> violated =
        SettingRules.check(JobConfig.of(settings, new TestingFactory())).stream()
            .filter(finding -> finding.status() == Finding.Status.VIOLATED)
            .toList();

    assertThat(violated).hasSize(1);
    assertThat(violated.get(0).rule()).isEqualTo(rule);
    assertThat(violated.get(0).set()).isEqualTo(key + " = " + value);
    assertThat(violated.get(0).remedy()).isEqualTo("Remove " + key + ".");
  }

  @ParameterizedTest
  @ValueSource(strings = {"partitioner.class", "producer.partitioner.class"})
  void aPartitionerThatMayScatterTheEntriesOfOneKeyIsNamed(String key) {
    Map<String, Object> settings = settings();
    settings.put(key, "org.apache.kafka.clients.producer.RoundRobinPartitioner");

    assertThat(SettingRules.check(JobConfig.of(settings, new TestingFactory())))
        .filteredOn(finding -> finding.status() == Finding.Status.VIOLATED)
        .extracting(Finding::rule, Finding::set)
        .containsExactly(
            tuple(
                "partitioner", key + " = org.apache.kafka.clients.producer.RoundRobinPartitioner"));
  }

  @Test
  void whatTheGuaranteeNeedsMayBeSaidAgain() {
    Map<String, Object> settings = settings();
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("consumer.isolation.level", "READ_COMMITTED");
    settings.put("producer.acks", "all");
    settings.put("producer.partitioner.ignore.keys", "false");

    assertThat(SettingRules.check(JobConfig.of(settings, new TestingFactory())))
        .extracting(Finding::status)
        .containsOnly(Finding.Status.HELD);
  }

  @Test
  void aThreadThatMayWaitLongerThanItMayBeSilentIsNamed() {
    Map<String, Object> settings = settings();
    settings.put("max.poll.interval.ms", "60000");

    assertThat(SettingRules.check(JobConfig.of(settings, new TestingFactory())))
        .filteredOn(finding -> finding.status() == Finding.Status.VIOLATED)
        .extracting(Finding::rule, Finding::set)
        .containsExactly(
            tuple("poll.interval", "max.poll.interval.ms = 60000, max.block.ms = 60000"));
  }

  private static Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("application.id", "job");
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("state.dir", "/var/lib/job");
    return settings;
  }
}
