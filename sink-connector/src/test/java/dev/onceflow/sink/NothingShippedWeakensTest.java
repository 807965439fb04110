package dev.onceflow.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceflow.sink.batch.ExactlyOnce;
import dev.onceflow.sink.dedupe.Horizon;
import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.PostgresFence;
import dev.onceflow.sink.write.GuardedEffects;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Fence and dedupe can't be switched off by anything that ships. Whoever adds a configuration key
 * meets the list here and answers for it.
 */
class NothingShippedWeakensTest {
  @Test
  void noConfigurationKeyReachesTheSeam() {
    assertThat(OnceflowSinkConfig.definition().names())
        .containsExactlyInAnyOrder(
            "connection.url",
            "connection.user",
            "connection.password",
            "connection.ssl.mode",
            "connection.ssl.root.cert",
            "connection.ssl.cert",
            "connection.ssl.key",
            "connection.statement.timeout.ms",
            "preflight.accept", // of the database's settings and tables, not of fence or dedupe
            "tables",
            "consumer.override.isolation.level", // only read_committed
            "consumer.override.auto.offset.reset", // only earliest
            "sink.name",
            "run",
            "run.end",
            "run.filter", // only with run
            "fence.initial",
            "topic.identity", // unchecked takes away checks of the log, not fence or dedupe
            "kafka.bootstrap.servers",
            "record.format",
            "dlq.table",
            "avro.registry.url",
            "avro.registry.user",
            "avro.registry.password",
            "dedupe.horizon.ms", // shorter, more is quarantined as unprovable
            "dedupe.skew.max.ms",
            "tombstones.retention.ms", // shorter, a late older record makes a deleted row anew
            "schema.evolution",
            "schema.evolution.rewrite.bytes.max",
            "column.naming",
            "catalogue.refresh.ms",
            "batch.rows.max",
            "batch.bytes.max",
            "batch.linger.ms",
            "retry.backoff.ms",
            "retry.backoff.max.ms",
            "takeover.timeout.ms",
            "fenced.timeout.ms",
            "unrouted", // of records that no table takes, and that have no effects
            "generation");
    assertThat(TableSettings.keysOf("t"))
        .containsExactlyInAnyOrder(
            "table.t.topic",
            "table.t.topics.regex",
            "table.t.target",
            "table.t.tombstones",
            "table.t.dedupe", // by a unique key or by memory; there is no none
            "table.t.position.columns",
            "table.t.generation",
            "table.t.delete",
            "table.t.min",
            "table.t.max",
            "table.t.statements",
            "table.t.effect",
            "table.t.event.id",
            "table.t.columns",
            "table.t.key",
            "table.t.version",
            "table.t.sum",
            "table.t.count",
            "table.t.when");
  }

  @Test
  void connectCanMakeOnlyTheGuardedTask() {
    OnceflowSinkConnector connector = new OnceflowSinkConnector();
    connector.start(Map.of());

    assertThat(connector.taskClass()).isEqualTo(OnceflowSinkTask.class);
    // From outside the package only the constructor without a choice can be reached.
    Constructor<?>[] constructors = OnceflowSinkTask.class.getDeclaredConstructors();
    assertThat(constructors).hasSize(2);
    assertThat(constructors)
        .filteredOn(constructor -> constructor.getParameterCount() > 0)
        .allSatisfy(
            constructor ->
                assertThat(constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED))
                    .isZero());
  }

  @Test
  void theOneGuaranteeHasFenceAndDedupe() {
    ExactlyOnce guarantee = new ExactlyOnce();

    assertThat(guarantee.fence("s", "", "o")).isInstanceOf(PostgresFence.class);
    assertThat(guarantee.effects("s", "", new MemoryLimits(new Horizon(1), 0, -1)))
        .isInstanceOf(GuardedEffects.class);
    assertThat(Arrays.stream(ExactlyOnce.class.getDeclaredFields())).isEmpty();
  }
}
