package dev.onceflow.streams.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of a job that are not there, with the settings that it needs. */
public final class MissingTopics {
  private static final long ANSWER_TIMEOUT_MS = 30_000;
  private static final long LOOK_EVERY_MS = 50;

  private MissingTopics() {}

  /**
   * Creates what is missing; what is there stays as it is. Another instance may do the same at the
   * same time.
   *
   * @return the names of the topics that this call created
   * @throws JobException if one can't be created
   */
  public static List<String> create(JobConfig config, TopologyFactory factory, Admin admin) {
    Set<String> there = answer("listing topics", admin.listTopics().names());
    List<NewTopic> missing =
        factory.topics().stream()
            .filter(topic -> !there.contains(topic.name()))
            .map(
                topic ->
                    new NewTopic(topic.name(), config.topicsPartitions(), Optional.empty())
                        .configs(topic.settings()))
            .toList();
    List<String> created = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<Void>> topic :
        admin.createTopics(missing).values().entrySet()) {
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
