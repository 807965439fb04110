package dev.onceflow.benchmarks.replay;

import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a job has come, the live one or one that a reprocess runs again, and what there is of the
 * latter; asked from outside. For one thread.
 */
final class JobWatch implements AutoCloseable {
  private final Admin admin;
  private final Path stateDirs;

  /** Where state directories of reprocesses lie is the stage's folder. */
  JobWatch(Stage stage) {
    this.admin = Admin.create(stage.pipeline().clientConfig());
    this.stateDirs = stage.folder();
  }

  /**
   * What a reprocess has for itself.
   *
   * @param groups consumer groups of its job
   * @param hasState whether its state directory is there
   */
  record Own(List<String> topics, List<String> groups, boolean hasState) {
    /** Each kind. */
    boolean isComplete() {
      return !topics.isEmpty() && !groups.isEmpty() && hasState;
    }

    boolean isNothing() {
      return topics.isEmpty() && groups.isEmpty() && !hasState;
    }

    @Override
    public String toString() {
      return "%d topics, %d groups, %s state directory"
          .formatted(topics.size(), groups.size(), hasState ? "a" : "no");
    }
  }

  /** The application ID of a run. */
  static String application(String run) {
    return PaymentsPipeline.APPLICATION_ID + suffix(run);
  }

  private static String suffix(String run) {
    return ".r" + run;
  }

  /** Offsets of the input that an application has committed; 0 before there are any. */
  long read(String application) throws InterruptedException {
    return committed(application).entrySet().stream()
        .filter(each -> each.getKey().topic().equals(Topics.PAYMENTS.name()))
        .mapToLong(each -> each.getValue() == null ? 0 : each.getValue().offset())
        .sum();
  }

  /** Everything that an application has committed. */
  Map<TopicPartition, OffsetAndMetadata> committed(String application) throws InterruptedException {
    try {
      return admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "The broker can't say what %s has committed".formatted(application), e.getCause());
    }
  }

  /** What there is of a run of the job. */
  Own own(String run) throws InterruptedException {
    String application = application(run);
    try {
      List<String> topics =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(application) || name.endsWith(suffix(run)))
              .sorted()
              .toList();
      List<String> groups =
          admin.listGroups().all().get().stream()
              .map(group -> group.groupId())
              .filter(group -> group.startsWith(application))
              .toList();
      return new Own(topics, groups, Files.exists(stateDirs.resolve("onceflow-" + application)));
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker can't say what it has", e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
