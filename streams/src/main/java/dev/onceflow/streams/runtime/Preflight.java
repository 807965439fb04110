package dev.onceflow.streams.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The checks that stand between a configuration and a job that only seems to be exactly-once. Each
 * rule answers held, violated or not visible. First form: the rules without which every other
 * guarantee is void.
 */
public final class Preflight {
  private static final String TRANSACTION_VERSION = "transaction.version";
  private static final int TRANSACTION_VERSION_NEEDED = 2;
  private static final long ANSWER_TIMEOUT_MS = 30_000;
  private static final List<String> CONSUMER_PREFIXES =
      List.of("", "consumer.", "main.consumer.", "restore.consumer.", "global.consumer.");
  private static final List<String> PRODUCER_PREFIXES = List.of("", "producer.");
  private static final List<String> HANDLERS =
      List.of(
          StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
          "default.deserialization.exception.handler",
          StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
          StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
          "default.production.exception.handler");

  private Preflight() {}

  /**
   * What can be told from the settings alone.
   *
   * @param config the job's settings
   */
  public static List<Finding> ofSettings(JobConfig config) {
    Map<String, Object> given = config.given();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        noOther(
            "processing.guarantee",
            given,
            List.of(""),
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            Set.of(StreamsConfig.EXACTLY_ONCE_V2)));
    findings.add(
        noOther(
            "isolation.level",
            given,
            CONSUMER_PREFIXES,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            Set.of("read_committed")));
    findings.add(
        noOther("acks", given, PRODUCER_PREFIXES, ProducerConfig.ACKS_CONFIG, Set.of("all", "-1")));
    findings.add(
        noOther(
            "enable.idempotence",
            given,
            PRODUCER_PREFIXES,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            Set.of("true")));
    findings.add(handlers(given));
    return findings;
  }

  /**
   * What the brokers say.
   *
   * @param factory the job
   * @param admin a client of the job's brokers
   * @throws JobException if they can't be reached
   */
  public static List<Finding> ofBrokers(TopologyFactory factory, Admin admin) {
    List<Finding> findings = new ArrayList<>();
    findings.add(transactionVersion(admin));
    Set<String> topics = new TreeSet<>(factory.inputs());
    topics.addAll(factory.outputs());
    findings.add(topicsExist(topics, admin));
    return findings;
  }

  private static Finding noOther(
      String rule,
      Map<String, Object> given,
      List<String> prefixes,
      String key,
      Set<String> accepted) {
    for (String prefix : prefixes) {
      Object value = given.get(prefix + key);
      if (value != null && !accepted.contains(value.toString().strip().toLowerCase(Locale.ROOT))) {
        return Finding.violated(
            rule,
            "%s%s = %s: remove it, a job runs with %s"
                .formatted(prefix, key, value, String.join(" or ", accepted)));
      }
    }
    return Finding.held(rule, key + " is " + String.join(" or ", accepted));
  }

  // A handler that goes on after an exception commits what the processor had written before it.
  private static Finding handlers(Map<String, Object> given) {
    for (String key : HANDLERS) {
      Object value = given.get(key);
      if (value != null) {
        return Finding.violated(
            "exception.handlers",
            """
            %s = %s: remove it, bad records are routed by the topology, and going on after an \
            exception keeps half of a record's effects"""
                .formatted(key, value));
      }
    }
    return Finding.held("exception.handlers", "an exception aborts the Kafka transaction");
  }

  // Below version 2 a delayed end of one transaction can hit the next one (KIP-890): acknowledged
  // effects are lost or aborted ones are seen.
  private static Finding transactionVersion(Admin admin) {
    try {
      FinalizedVersionRange range =
          answer(admin.describeFeatures().featureMetadata())
              .finalizedFeatures()
              .get(TRANSACTION_VERSION);
      int version = range == null ? 0 : range.maxVersionLevel();
      return version >= TRANSACTION_VERSION_NEEDED
          ? Finding.held(TRANSACTION_VERSION, TRANSACTION_VERSION + " = " + version)
          : Finding.violated(
              TRANSACTION_VERSION,
              "%s = %d: needed is %d or later; 'kafka-features.sh upgrade --feature %s=%d' raises it"
                  .formatted(
                      TRANSACTION_VERSION,
                      version,
                      TRANSACTION_VERSION_NEEDED,
                      TRANSACTION_VERSION,
                      TRANSACTION_VERSION_NEEDED));
    } catch (AuthorizationException | UnsupportedVersionException e) {
      return Finding.notVisible(TRANSACTION_VERSION, "the brokers don't say: " + e.getMessage());
    }
  }

  private static Finding topicsExist(Set<String> topics, Admin admin) {
    Set<String> missing = new TreeSet<>();
    Set<String> hidden = new HashSet<>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, future) -> {
              try {
                answer(future);
              } catch (UnknownTopicOrPartitionException e) {
                missing.add(topic);
              } catch (AuthorizationException e) {
                hidden.add(topic);
              }
            });
    if (!missing.isEmpty()) {
      return Finding.violated(
          "topics.exist",
          "missing: %s; create them before the job starts".formatted(String.join(", ", missing)));
    }
    return hidden.isEmpty()
        ? Finding.held("topics.exist", String.join(", ", topics))
        : Finding.notVisible("topics.exist", "no right to describe " + String.join(", ", hidden));
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof UnsupportedVersionException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw (ApiException) e.getCause();
      }
      throw new JobException(
          "The brokers don't answer the checks before the start: " + e.getCause().getMessage(), e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new JobException(
          "The brokers don't answer the checks before the start within %d s; is bootstrap.servers right?"
              .formatted(ANSWER_TIMEOUT_MS / 1_000),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Interrupted during the checks before the start.", e);
    }
  }
}
