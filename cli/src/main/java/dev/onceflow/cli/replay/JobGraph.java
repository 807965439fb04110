package dev.onceflow.cli.replay;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/**
 * What a topology reads and writes, as it says itself, and why it can't be run a second time beside
 * the live job.
 *
 * @param inputs topics that others write
 * @param readBack topics that it writes and reads again, internal ones too, as brokers know them
 * @param internal topics that Streams makes for it
 * @param refusals why it can't be run a second time; empty if it can
 */
record JobGraph(
    Set<String> inputs, Set<String> readBack, Set<String> internal, List<String> refusals) {
  private static final String REPARTITION = "-repartition";
  private static final String HOW =
      "name each topic that the topology writes by OutputTopics.name(config, topic)";

  /**
   * @param factory the job
   * @param topology what it built
   * @param applicationId under which it runs
   * @param suffix what the names of all topics must end with that it writes; empty for the live job
   */
  static JobGraph of(
      TopologyFactory factory, Topology topology, String applicationId, String suffix) {
    Set<String> declared =
        factory.topics().stream()
            .filter(topic -> topic.role() == JobTopic.Role.INPUT)
            .map(JobTopic::name)
            .collect(Collectors.toSet());
    JobGraph graph =
        new JobGraph(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new ArrayList<>());
    TopologyDescription description = topology.describe();
    Set<String> own = repartitions(factory, description);
    if (!description.globalStores().isEmpty()) {
      graph.refusals.add(
          "The job reads a global table: as it is now, not as it was when a record came.");
    }
    for (TopologyDescription.Subtopology part : description.subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Source source) {
          graph.source(source, declared, own, applicationId, suffix);
        } else if (node instanceof TopologyDescription.Sink sink) {
          graph.sink(sink, own, suffix);
        } else if (node instanceof TopologyDescription.Processor processor) {
          processor
              .stores()
              .forEach(store -> graph.internal.add(applicationId + "-" + store + "-changelog"));
        }
      }
    }
    return graph;
  }

  /** What Streams makes between two nodes: nothing of the job's own is called so. */
  private static Set<String> repartitions(
      TopologyFactory factory, TopologyDescription description) {
    Set<String> read = new HashSet<>();
    Set<String> written = new HashSet<>();
    for (TopologyDescription.Subtopology part : description.subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
          read.addAll(source.topicSet());
        } else if (node instanceof TopologyDescription.Sink sink && sink.topic() != null) {
          written.add(sink.topic());
        }
      }
    }
    read.retainAll(written);
    read.removeIf(topic -> !topic.endsWith(REPARTITION));
    factory.topics().forEach(topic -> read.remove(topic.name()));
    return read;
  }

  private void source(
      TopologyDescription.Source source,
      Set<String> declared,
      Set<String> own,
      String application,
      String suffix) {
    if (source.topicSet() == null) {
      refusals.add(
          "Node %s reads topics by a pattern: which records belong to the run can't be told."
              .formatted(source.name()));
      return;
    }
    for (String topic : new HashSet<>(source.topicSet())) {
      if (own.contains(topic)) {
        readBack.add(application + "-" + topic);
        internal.add(application + "-" + topic);
      } else if (declared.contains(topic)) {
        inputs.add(topic);
      } else {
        readBack.add(topic);
        if (!topic.endsWith(suffix)) {
          refusals.add(
              "Node %s reads topic %s, which the job neither declares as an input (JobTopic.Role.INPUT) nor names as an output: %s, where it reads it again, too."
                  .formatted(source.name(), topic, HOW));
        }
      }
    }
  }

  private void sink(TopologyDescription.Sink sink, Set<String> own, String suffix) {
    if (sink.topic() == null) {
      refusals.add(
          "Node %s chooses its topic for each record: nobody can tell whether a second run would write into the live ones."
              .formatted(sink.name()));
    } else if (!sink.topic().endsWith(suffix) && !own.contains(sink.topic())) {
      refusals.add(
          "Node %s would write into the live topic %s: %s."
              .formatted(sink.name(), sink.topic(), HOW));
    }
  }
}
