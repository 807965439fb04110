package dev.onceflow.streams.job;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.Topology;

/**
 * A job that can be run by name; found by ServiceLoader. The one topology that it builds serves
 * run, test, replay and reset.
 */
public interface TopologyFactory {
  /** The job's name, for people and commands. */
  String name();

  /**
   * Builds the topology. Reads no server. Topics that it writes are named by {@link
   * OutputTopics#name}, or the job can't be reprocessed.
   *
   * @param config the job's configuration
   * @throws org.apache.kafka.common.config.ConfigException if a setting is missing or wrong
   */
  Topology build(Map<String, ?> config);

  /** The topics that it reads and writes, without its internal ones. */
  List<JobTopic> topics();

  /**
   * Topics whose partitions are read together, and so must be equally many: those that are joined,
   * or merged before an operator with state.
   */
  default List<Set<String>> coPartitioned() {
    return List.of();
  }

  /**
   * For each input whose event IDs are remembered: for how long, in ms; -1 is forever.
   *
   * @param config the job's configuration
   */
  default Map<String, Long> horizonsMs(Map<String, ?> config) {
    return Map.of();
  }

  /**
   * For each input whose events a repartition by event ID brings together before they are decided:
   * the repartition topic, by its name in the topology. So copies of an event may lie in any
   * partition of the input.
   */
  default Map<String, String> repartitioned() {
    return Map.of();
  }

  /** What may be asked of the job's state over HTTP. */
  default List<StateQuery> queries() {
    return List.of();
  }

  /** Settings that suit this topology; what the user gives goes before them. */
  default Map<String, Object> defaults() {
    return Map.of();
  }

  /** The settings of the topology's own, to be validated with the others. */
  default ConfigDef config() {
    return new ConfigDef();
  }
}
