package dev.onceflow.cli.audit.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What Kafka says of a topic beside its records, as far as it says it.
 *
 * @param cluster the cluster's ID
 * @param topicId the topic's incarnation
 * @param compacted whether records vanish for later ones of their key
 * @param notVisible what could not be seen, for the certificate
 */
record TopicFacts(
    Optional<String> cluster,
    Optional<UUID> topicId,
    Optional<Boolean> compacted,
    List<String> notVisible) {
  private static final long LIMIT_S = 30;

  private interface Question<T> {
    T ask() throws ExecutionException, InterruptedException, TimeoutException;
  }

  static TopicFacts of(String topic, Map<String, ?> clientConfig) {
    List<String> notVisible = new ArrayList<>();
    try (Admin admin = Admin.create(new HashMap<String, Object>(clientConfig))) {
      return new TopicFacts(
          ask("the cluster's ID", notVisible, () -> cluster(admin)),
          ask("the topic's ID", notVisible, () -> topicId(admin, topic)),
          ask("the topic's cleanup.policy", notVisible, () -> compacted(admin, topic)),
          notVisible);
    }
  }

  private static String cluster(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin.describeCluster().clusterId().get(LIMIT_S, TimeUnit.SECONDS);
  }

  private static UUID topicId(Admin admin, String topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    Uuid id =
        admin
            .describeTopics(List.of(topic))
            .topicNameValues()
            .get(topic)
            .get(LIMIT_S, TimeUnit.SECONDS)
            .topicId();
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  private static Boolean compacted(Admin admin, String topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin
        .describeConfigs(List.of(resource))
        .values()
        .get(resource)
        .get(LIMIT_S, TimeUnit.SECONDS)
        .get(TopicConfig.CLEANUP_POLICY_CONFIG)
        .value()
        .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  private static <T> Optional<T> ask(String what, List<String> notVisible, Question<T> question) {
    try {
      return Optional.ofNullable(question.ask());
    } catch (ExecutionException e) {
      notVisible.add(what + ": " + e.getCause().getMessage());
    } catch (TimeoutException e) {
      notVisible.add(what + ": no answer within " + LIMIT_S + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      notVisible.add(what + ": interrupted");
    }
    return Optional.empty();
  }
}
