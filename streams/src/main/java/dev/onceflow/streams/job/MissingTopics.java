package dev.onceflow.streams.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics of a job that are not there, with the settings that it needs. */
public final class MissingTopics {
  private static final long ANSWER_TIMEOUT_MS = 30_000;
  private static final long LOOK_EVERY_MS = 50;
  private static final Logger LOG = LoggerFactory.getLogger(MissingTopics.class);

  private MissingTopics() {}

  /**
   * Creates what is missing; what is there stays as it is. Another instance may do the same at the
   * same time. What the job writes is made to take the timestamps that its inputs hold.
   *
   * @return the names of the topics that this call created
   * @throws JobException if one can't be created
   */
  public static List<String> create(JobConfig config, TopologyFactory factory, Admin admin) {
    Set<String> there = answer("listing topics", admin.listTopics().names());
    List<JobTopic> missing =
        factory.topics().stream().filter(topic -> !there.contains(topic.name())).toList();
    if (missing.isEmpty()) {
      return List.of();
    }
    List<String> created = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<Void>> topic :
        admin
            .createTopics(asNew(withLimits(missing, config, factory, admin), config))
            .values()
            .entrySet()) {
      try {
        answer("creating topic " + topic.getKey(), topic.getValue());
        created.add(topic.getKey());
      } catch (JobException e) {
        // Another instance was first.
        if (!(e.getCause() instanceof ExecutionException outer)
            || !(outer.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
    awaitVisible(created, admin);
    return created;
  }

  private static List<NewTopic> asNew(List<JobTopic> topics, JobConfig config) {
    return topics.stream()
        .map(
            topic ->
                new NewTopic(topic.name(), config.topicsPartitions(), Optional.empty())
                    .configs(topic.settings()))
        .toList();
  }

  private static List<JobTopic> withLimits(
      List<JobTopic> missing, JobConfig config, TopologyFactory factory, Admin admin) {
    Map<String, Config> settings = settings(missing, config, factory, admin);
    TimestampLimits needed =
        factory.topics().stream()
            .filter(topic -> topic.role() == JobTopic.Role.INPUT)
            .map(topic -> settings.get(topic.name()))
            .filter(Objects::nonNull)
            .map(TimestampLimits::neededToRead)
            .reduce(TimestampLimits.NONE, TimestampLimits::or);
    return missing.stream()
        .map(topic -> withLimits(topic, settings.get(topic.name()), needed))
        .toList();
  }

  private static JobTopic withLimits(JobTopic topic, Config wouldBe, TimestampLimits needed) {
    if (topic.role() == JobTopic.Role.INPUT || wouldBe == null) {
      return topic;
    }
    Map<String, String> settings = new HashMap<>(TimestampLimits.of(wouldBe).raisedTo(needed));
    // What the job declares goes first; where it is too little, preflight says so.
    settings.putAll(topic.settings());
    return new JobTopic(topic.name(), topic.role(), settings);
  }

  // As they are, and as the missing ones would be; without those of which the brokers don't say.
  private static Map<String, Config> settings(
      List<JobTopic> missing, JobConfig config, TopologyFactory factory, Admin admin) {
    Map<String, KafkaFuture<Config>> asked = new HashMap<>();
    CreateTopicsResult wouldBe =
        admin.createTopics(asNew(missing, config), new CreateTopicsOptions().validateOnly(true));
    missing.forEach(topic -> asked.put(topic.name(), wouldBe.config(topic.name())));
    List<ConfigResource> there =
        factory.topics().stream()
            .filter(topic -> !asked.containsKey(topic.name()))
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
            .toList();
    admin
        .describeConfigs(there)
        .values()
        .forEach((resource, answer) -> asked.put(resource.name(), answer));
    Map<String, Config> settings = new HashMap<>();
    asked.forEach(
        (name, answer) -> {
          try {
            settings.put(name, answer("asking for the settings of topic " + name, answer));
          } catch (JobException e) {
            if (!(e.getCause() instanceof ExecutionException)) {
              throw e;
            }
            // A topic that can't be made says so when it is made.
            LOG.atDebug().addKeyValue("topic", name).setCause(e).log("Settings are not visible");
          }
        });
    return settings;
  }

  // The controller has answered; the brokers learn of it a moment later.
  private static void awaitVisible(List<String> created, Admin admin) {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_TIMEOUT_MS);
    while (!answer("listing topics", admin.listTopics().names()).containsAll(created)) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new JobException(
            "Topics %s were created and are still not there after %d s."
                .formatted(String.join(", ", created), ANSWER_TIMEOUT_MS / 1_000));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new JobException("Interrupted while waiting for topics.", e);
      }
    }
  }

  private static <T> T answer(String what, KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new JobException("Failed at " + what + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new JobException(
          "No answer for %d s at %s; is bootstrap.servers right?"
              .formatted(ANSWER_TIMEOUT_MS / 1_000, what),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Interrupted at " + what + ".", e);
    }
  }
}
