package dev.onceflow.cli.replay;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The job whose input is to be processed again.
 *
 * @param factory builds its topology
 * @param config its settings, as the live one has them
 */
record LiveJob(TopologyFactory factory, JobConfig config) {
  String applicationId() {
    return config.applicationId();
  }

  JobGraph graph() {
    return JobGraph.of(factory, factory.build(config.effective()), applicationId(), "");
  }

  /** The topics that it declares to write, those with what was set aside, too. */
  List<JobTopic> outputs() {
    return factory.topics().stream().filter(topic -> topic.role() != JobTopic.Role.INPUT).toList();
  }

  Set<String> outputNames() {
    return outputs().stream().map(JobTopic::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** What an Admin client needs to reach its brokers. */
  Map<String, Object> admin() {
    return new HashMap<>(config.streams().getAdminConfigs(applicationId() + "-replay"));
  }

  /** What a consumer needs to reach its brokers, without a group. */
  Map<String, Object> consumer() {
    return new HashMap<>(config.streams().getRestoreConsumerConfigs(applicationId() + "-replay"));
  }
}
