package dev.onceflow.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.streams.job.JobTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a second run of a job has for itself: its topics, its consumer group, its state. */
final class RunTopics {
  /** A process that was killed is a member for as long as its session lasts. */
  private static final long GROUP_PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  private static final long VISIBLE_PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_MS = 100;

  private final Logs logs;

  RunTopics(Logs logs) {
    this.logs = logs;
  }

  /** Those of the topics that are there. */
  Set<String> there(Collection<String> topics) {
    Set<String> there = new HashSet<>(logs.await(logs.admin().listTopics().names()));
    there.retainAll(topics);
    return there;
  }

  /**
   * Makes the topics that a run writes, each with as many partitions and replicas as its live
   * counterpart. What is there stays; returns when all of them can be seen.
   */
  void create(SecondRun run) {
    List<String> live = run.job().outputs().stream().map(JobTopic::name).toList();
    Map<String, TopicDescription> descriptions =
        logs.await(logs.admin().describeTopics(live).allTopicNames());
    Map<String, String> bytesMax = logs.setting(live, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    List<NewTopic> topics = new ArrayList<>();
    for (JobTopic topic : run.outputTopics()) {
      String counterpart = run.live(topic.name());
      TopicDescription like = descriptions.get(counterpart);
      Map<String, String> settings = new HashMap<>(topic.settings());
      // It may have been raised by hand.
      settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytesMax.get(counterpart));
      topics.add(
          new NewTopic(
                  topic.name(),
                  Optional.of(like.partitions().size()),
                  Optional.of((short) like.partitions().get(0).replicas().size()))
              .configs(settings));
    }
    logs.admin()
        .createTopics(topics)
        .values()
        .forEach((topic, answer) -> logs.awaitUnless(answer, TopicExistsException.class));
    long deadlineNs = System.nanoTime() + VISIBLE_PATIENCE_NS;
    while (there(run.outputs()).size() < run.outputs().size()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new UserException(
            "Topics %s were made and can't be seen yet: run the same command again."
                .formatted(run.outputs()));
      }
      pause();
    }
  }

  /**
   * Takes away what a run had that is over, as its row has it. What isn't there any more is passed
   * over, so this can be done again. Nothing goes that isn't called like a run's, whatever somebody
   * may have written into the row.
   *
   * @return whether all of it is gone; if not, doing it again later may help
   */
  boolean remove(Replay replay) {
    JsonNode noted = SecondRun.noted(replay);
    String application = noted.path("application_id").asText();
    String suffix = SecondRun.suffix(replay.run());
    if (!application.endsWith(suffix)) {
      return false;
    }
    List<String> topics = new ArrayList<>();
    noted.path("internal").forEach(topic -> topics.add(topic.asText()));
    topics.removeIf(topic -> !topic.startsWith(application + "-"));
    if (!noted.path(SecondRun.KEEP_TOPICS).asBoolean()) {
      noted.path("outputs").forEach(topic -> topics.add(topic.asText()));
      topics.removeIf(topic -> !topic.startsWith(application + "-") && !topic.endsWith(suffix));
    }
    // The group first: while it has members, its topics would be made again.
    if (!removeGroup(application)) {
      return false;
    }
    logs.admin()
        .deleteTopics(there(topics))
        .topicNameValues()
        .forEach(
            (topic, answer) -> logs.awaitUnless(answer, UnknownTopicOrPartitionException.class));
    Path folder = Path.of(noted.path("state_dir").asText());
    if (folder.endsWith(SecondRun.folder(application))) {
      removeFolder(folder);
    }
    return true;
  }

  private boolean removeGroup(String group) {
    long deadlineNs = System.nanoTime() + GROUP_PATIENCE_NS;
    while (true) {
      try {
        logs.admin().deleteConsumerGroups(List.of(group)).all().get();
        return true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroupIdNotFoundException) {
          return true;
        }
        if (!(e.getCause() instanceof GroupNotEmptyException)
            || System.nanoTime() - deadlineNs > 0) {
          return false;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      pause();
    }
  }

  // What was made with this name, and is only a cache of what the brokers had.
  private static void removeFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UserException(
          "State directory %s can't be taken away: %s. Nothing needs it any more."
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }
}
