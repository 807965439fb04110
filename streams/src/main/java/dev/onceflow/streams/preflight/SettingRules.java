package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** What can be told from the settings alone. */
final class SettingRules {
  private static final List<String> CONSUMERS =
      List.of("", "consumer.", "main.consumer.", "restore.consumer.", "global.consumer.");
  private static final List<String> PRODUCERS = List.of("", "producer.");
  private static final List<String> HANDLERS =
      List.of(
          StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
          "default.deserialization.exception.handler",
          StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
          StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
          "default.production.exception.handler");

  private static final Finding.Rule POLL_INTERVAL =
      new Finding.Rule(
          "poll.interval",
          "max.poll.interval.ms above the producer's max.block.ms",
          """
          a thread that waits for a slow broker would lose its partitions before the wait ends, and \
          its local state with them""");

  private static final Finding.Rule PARTITIONER =
      new Finding.Rule(
          "partitioner",
          "Kafka's own, by key",
          """
          with another one the outputs of one key lie in several partitions: they lose their order, \
          and what is added up by key from them is wrong""");

  private SettingRules() {}

  static List<Finding> check(JobConfig config) {
    Map<String, Object> given = config.given();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        noOther(
            new Finding.Rule(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                "with another one a crash repeats or loses effects"),
            given,
            List.of(""),
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            Set.of(StreamsConfig.EXACTLY_ONCE_V2)));
    findings.add(
        noOther(
            new Finding.Rule(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                "read_uncommitted takes effect on records of transactions that were aborted"),
            given,
            CONSUMERS,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            Set.of("read_committed")));
    findings.add(
        noOther(
            new Finding.Rule(
                ProducerConfig.ACKS_CONFIG,
                "all",
                "with fewer acknowledgements a broker's failure loses acknowledged records"),
            given,
            PRODUCERS,
            ProducerConfig.ACKS_CONFIG,
            Set.of("all", "-1")));
    findings.add(
        noOther(
            new Finding.Rule(
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                "true",
                "without it a repeated request writes its records twice"),
            given,
            PRODUCERS,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            Set.of("true")));
    findings.add(
        noOther(
            new Finding.Rule(
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
                "true",
                "generated names change with the topology, and state is lost with them"),
            given,
            List.of(""),
            StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
            Set.of("true")));
    findings.add(partitioner(given));
    findings.add(handlers(given));
    findings.add(pollInterval(config));
    return findings;
  }

  private static Finding noOther(
      Finding.Rule rule,
      Map<String, Object> given,
      List<String> prefixes,
      String key,
      Set<String> accepted) {
    for (String prefix : prefixes) {
      Object value = given.get(prefix + key);
      if (value != null && !accepted.contains(value.toString().strip().toLowerCase(Locale.ROOT))) {
        return rule.violated(prefix + key + " = " + value, "Remove " + prefix + key + ".");
      }
    }
    return rule.held(key + " = " + rule.needed());
  }

  private static Finding partitioner(Map<String, Object> given) {
    for (String prefix : PRODUCERS) {
      Object other = given.get(prefix + ProducerConfig.PARTITIONER_CLASS_CONFIG);
      if (other != null && !other.toString().isBlank()) {
        return PARTITIONER.violated(
            prefix + ProducerConfig.PARTITIONER_CLASS_CONFIG + " = " + other,
            """
            Remove %s; or, if it puts a key always in the same partition, and the topics' other \
            producers have it, too, accept it."""
                .formatted(prefix + ProducerConfig.PARTITIONER_CLASS_CONFIG));
      }
    }
    Finding ignored =
        noOther(
            PARTITIONER,
            given,
            PRODUCERS,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            Set.of("false"));
    return ignored.status() == Finding.Status.HELD ? PARTITIONER.held("Kafka's own") : ignored;
  }

  private static Finding handlers(Map<String, Object> given) {
    Finding.Rule rule =
        new Finding.Rule(
            "exception.handlers",
            "none: bad records are routed by the topology",
            "a handler that goes on after an exception commits half of a record's effects");
    for (String key : HANDLERS) {
      Object value = given.get(key);
      if (value != null) {
        return rule.violated(key + " = " + value, "Remove " + key + ".");
      }
    }
    return rule.held("none is set");
  }

  private static Finding pollInterval(JobConfig config) {
    StreamsConfig streams = config.streams();
    long pollMs =
        number(
            streams
                .getMainConsumerConfigs("group", "client", 0)
                .getOrDefault(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 300_000));
    long blockMs =
        number(
            streams
                .getProducerConfigs("client")
                .getOrDefault(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000));
    String set = "max.poll.interval.ms = %d, max.block.ms = %d".formatted(pollMs, blockMs);
    return pollMs > blockMs
        ? POLL_INTERVAL.held(set)
        : POLL_INTERVAL.violated(
            set, "Raise max.poll.interval.ms, or lower producer.max.block.ms.");
  }

  static long number(Object value) {
    return Long.parseLong(value.toString().strip());
  }
}
