package dev.onceflow.testkit.broker;

import dev.onceflow.streams.job.JobConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;

/** Whether the job's group is formed, which it is once an instance has its partitions. */
final class JobReadiness implements Callable<Boolean> {
  private static final long ANSWER_TIMEOUT_MS = 15_000;

  private final String bootstrapServers;
  private final String group;

  JobReadiness(JobConfig config) {
    this.bootstrapServers = config.bootstrapServers();
    this.group = config.applicationId();
  }

  @Override
  public Boolean call() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      ConsumerGroupDescription described =
          admin
              .describeConsumerGroups(List.of(group))
              .describedGroups()
              .get(group)
              .get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
      return described.groupState() == GroupState.STABLE && !described.members().isEmpty();
    }
  }
}
